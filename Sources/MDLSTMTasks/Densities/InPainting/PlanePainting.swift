import MDLSTM

/// One plane of a density, by which holes are filled in.
struct PlanePainting<Element: Scalar> {
    let settings: InPainting<Element>
    let density: PlaneDensity<Element>

    /// Of the first pass: planes draw by random numbers of their own.
    let firstStep: UInt32

    init(_ settings: InPainting<Element>, plane index: Int) {
        (self.settings, density) = (settings, settings.planes[index])
        firstStep = UInt32(index) << 30
    }

    var model: DensityModel { density.model }

    /// Numbers of a pixel that are drawn.
    var outputs: Int { model.neighbourhood.outputSize }

    /// Pictures to be painted on by windows of one size.
    func painted(
        _ canvas: HoleCanvas<Element>, pixels: [Element], windows: Int, height: Int, width: Int
    ) -> PaintedPictures<Element> {
        PaintedPictures(
            density, pixels: pixels, height: canvas.height, width: canvas.width, padding: canvas.padding,
            windows: windows, windowHeight: height, windowWidth: width, seed: settings.seed, range: settings.range)
    }
}
