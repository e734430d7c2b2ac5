import MDLSTM
import MDLSTMOpenCL
import Testing
import _TestSupport

/// Pictures drawn on a device: the same in every order, and those of the reference.
struct PictureParityTests {
    /// Two pictures of 7 x 9 pixels.
    private func request<T: Scalar>(
        layers: Int, border: DensityBorder, skip: Bool = true, as _: T.Type
    ) throws -> PictureRequest<T> {
        var request: PictureRequest<T> = try PictureCase(border: border, layers: layers, skip: skip).request()
        (request.height, request.width) = (7, 9)
        return request
    }

    @Test(arguments: [(0, DensityBorder.inside), (1, .inside), (2, .inside), (1, .pad)])
    func allOrdersAndBackendsDrawTheSame(layers: Int, border: DensityBorder) throws {
        let backend = try OpenCLBackend<Double>()
        var request = try request(layers: layers, border: border, as: Double.self)
        let fronts = try backend.draw(request)
        #expect(fronts.shape == [2, 7, 9, 1])
        #expect(fronts.values.allSatisfy { (0...256).contains($0) })
        #expect(fronts.values[..<63] != fronts.values[63...])
        let reference = try ReferenceBackend<Double>().draw(request)
        for (ours, theirs) in zip(fronts.values, reference.values) { #expect(abs(ours - theirs) < 1e-8) }
        request.isInRasterOrder = true
        #expect(try backend.draw(request) == fronts)
        #expect(try ReferenceBackend<Double>().draw(request) == reference)
        request.seed = 12
        #expect(try backend.draw(request) != fronts)
    }

    /// A picture does not depend on how many are drawn beside it.
    @Test func picturesAreApart() throws {
        let backend = try OpenCLBackend<Float>()
        var request = try request(layers: 1, border: .inside, skip: false, as: Float.self)
        let both = try backend.draw(request)
        request.count = 1
        #expect(try backend.draw(request).values == Array(both.values[..<63]))
    }

    /// What is drawn beyond the range becomes its end, in pictures and in their rings.
    @Test func theRangeIsKept() throws {
        var request = try request(layers: 1, border: .inside, as: Float.self)
        request.range = 99...101
        let drawn = try OpenCLBackend<Float>().draw(request)
        #expect(drawn.values.allSatisfy { (98.99...101.01).contains($0) })
        #expect(Set(drawn.values).count > 2)
    }
}
