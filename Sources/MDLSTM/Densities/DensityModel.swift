/// A density of gray pictures, or of a plane of coloured ones: each pixel given those before it in raster order (Theis and
/// Bethge 2015, arXiv 1506.03478).
///
/// A site's causal neighbourhood x and its pixel y are whitened to u and v (``ConditionalWhitening``); recurrent layers over
/// the sites read u, a head (``MCGSM``) gives log p(v | h, u). Without layers it is the plain mixture. D inputs and O outputs
/// of a site, P places of the inputs in a padded border, else 0.
public struct DensityModel: Hashable, Sendable {
    public let options: DensityOptions
    public let plane: DensityPlane

    /// Recurrent layers over two axes, which see no site that comes later.
    public let layers: [LayerConfiguration]
    public let neighbourhood: CausalNeighbourhood

    /// From rows of u, in a padded border which places are padding, and v, `[.., D + P + O]`, to nats a site.
    public let network: ModelConfiguration

    /// From the channels of pictures that are read, less their means, `[B, H, W, C]`, in a border that is padded with an
    /// indicator behind each pixel, to nats a site; layer 0 whitens.
    public let model: ModelConfiguration

    /// - Parameters:
    ///   - options: what it is made of
    ///   - plane: one of the colours that the options name; the first unless given
    ///   - layers: each over the units of the one before, the first over ``conditions(_:of:)``
    /// - Throws: ``MDLSTMError`` of kind `option` for layers that would see later pixels or do not fit one another.
    public init(
        _ options: DensityOptions, of plane: DensityPlane? = nil, layers: [LayerConfiguration]
    ) throws(MDLSTMError) {
        (self.options, self.layers) = (options, layers)
        let plane = plane ?? options.color.planes[0]
        precondition(options.color.planes.contains(plane), "\(plane) is none of \(options.color)")
        self.plane = plane
        neighbourhood = try plane.neighbourhood(size: options.neighbourhood)
        let (conditions, outputs) = (Self.conditions(options, neighbourhood), neighbourhood.outputSize)
        var descriptions: [LayerDescription] = []
        var size = conditions
        for (index, layer) in layers.enumerated() {
            guard layer.directions == [.forward(axes: 2)], !layer.hasDepth else {
                let found = layer.directions.map(\.description).joined(separator: ", ")
                throw MDLSTMError(
                    .option,
                    "layer \(index) of the density has the directions \(found); expected \"++\" alone, over 2 axes: any other "
                        + "sees pixels that come later")
            }
            // Past the first layer goes what the head sees besides: u where there is a skip, and v.
            let first = index > 0 ? size : options.skip ? 0 : conditions
            descriptions.append(.skip(.recurrent(layer), from: first))
            size = layer.hiddenSize
        }
        let seen = layers.isEmpty ? conditions : size + (options.skip ? conditions : 0)
        descriptions.append(.mcgsm(options.mcgsm(inputs: seen, outputs: outputs)))
        network = try ModelConfiguration(inputSize: conditions + outputs, axes: 2, layers: descriptions)
        let channels = neighbourhood.channelsRead.count + (options.border == .pad ? 1 : 0)
        let window = [neighbourhood.rowsAbove + 1 + neighbourhood.rowsRead, neighbourhood.size]
        let whitening = LayerDescription.convolution(
            window: window, stride: [1, 1], padding: .none, inputSize: channels, outputSize: conditions + outputs)
        model = try ModelConfiguration(inputSize: channels, axes: 2, layers: [whitening] + descriptions)
    }

    /// Features of a site that its pixel is conditional on, D + P: u and, in a padded border, which places are padding.
    public static func conditions(
        _ options: DensityOptions, of plane: DensityPlane? = nil
    ) throws(MDLSTMError) -> Int {
        let plane = plane ?? options.color.planes[0]
        return conditions(options, try plane.neighbourhood(size: options.neighbourhood))
    }

    private static func conditions(_ options: DensityOptions, _ neighbourhood: CausalNeighbourhood) -> Int {
        neighbourhood.inputSize + (options.border == .pad ? neighbourhood.inputSites.count : 0)
    }

    /// Rows and columns around a patch of sites that ``model`` is given besides.
    package var margins: (above: Int, beside: Int, below: Int) {
        (neighbourhood.rowsAbove, neighbourhood.columnsBeside, neighbourhood.rowsRead)
    }

    /// The parameters of ``network`` among those of ``model``.
    package func networkParameters<T: Scalar>(_ parameters: ParameterTensors<T>) -> ParameterTensors<T> {
        moved(parameters, by: -1)
    }

    /// The parameters of ``model``: those of ``network`` and of the whitening.
    package func modelParameters<T: Scalar>(
        _ parameters: ParameterTensors<T>, _ whitening: ConditionalWhitening
    ) -> ParameterTensors<T> {
        var all: ParameterTensors<T> = whiteningWeights(whitening)
        for (name, tensor) in moved(parameters, by: 1) { all[name] = tensor }
        return all
    }

    private func moved<T: Scalar>(_ parameters: ParameterTensors<T>, by step: Int) -> ParameterTensors<T> {
        var moved = ParameterTensors<T>()
        for (name, tensor) in parameters {
            let (index, own) = Self.parts(of: name)
            if index + step >= 0 { moved["\(index + step).\(own)"] = tensor }
        }
        return moved
    }

    /// The layer of a tensor, and its name in it.
    static func parts(of name: String) -> (layer: Int, name: String) {
        let dot = name.firstIndex(of: ".") ?? name.endIndex
        return (Int(name[..<dot]) ?? 0, String(name[dot...].dropFirst()))
    }
}
