import MDLSTM
import RealModule
import Testing
import _TestSupport

/// Cross entropies of logits whose exponentials overflow: e^100 in Float, e^1000 in Double too.
struct LargeLogitTests {
    /// Two logits and their targets.
    struct Site: Sendable, CustomTestStringConvertible {
        let logits: [Double], targets: [Double]

        var testDescription: String { "\(logits)" }
        var largest: Double { logits.reduce(0) { max($0, $1.magnitude) } }
    }

    static let sites = [
        Site(logits: [100, -100], targets: [0.25, 0.75]), Site(logits: [-100, -101], targets: [0.5, 0.5]),
        Site(logits: [100, 99], targets: [0, 1]), Site(logits: [0, 100], targets: [1, 0]),
        Site(logits: [1000, -1000], targets: [0.75, 0.25]), Site(logits: [-1000, -999], targets: [0.5, 0.5]),
    ]

    /// log(1 + e^x).
    private func softplus(_ x: Double) -> Double { x > 40 ? x : .log(onePlus: .exp(x)) }

    private func sigma(_ x: Double) -> Double { .exp(-softplus(-x)) }

    @Test(arguments: sites) func softmaxOfTwoIsASigmoid(_ site: Site) throws {
        let (a, b) = (site.logits[0] - site.logits[1], site.logits[1] - site.logits[0])
        let loss = site.targets[0] * softplus(b) + site.targets[1] * softplus(a)
        let gradient = [sigma(a) - site.targets[0], sigma(b) - site.targets[1]]
        try expect(.softmaxCrossEntropy, Float.self, of: site, loss, gradient)
        try expect(.softmaxCrossEntropy, Double.self, of: site, loss, gradient)
    }

    @Test(arguments: sites) func sigmoidsByHand(_ site: Site) throws {
        let features = zip(site.logits, site.targets)
        let loss = features.reduce(0) { $0 + $1.1 * softplus(-$1.0) + (1 - $1.1) * softplus($1.0) } / 2
        let gradient = features.map { (sigma($0) - $1) / 2 }
        try expect(.sigmoidCrossEntropy, Float.self, of: site, loss, gradient)
        try expect(.sigmoidCrossEntropy, Double.self, of: site, loss, gradient)
    }

    /// Within the rounding of the logits.
    private func expect<T: Scalar>(
        _ kind: Loss, _ type: T.Type, of site: Site, _ loss: Double, _ gradient: [Double]
    ) throws {
        let model = try ModelConfiguration(inputSize: 2, axes: 1, layers: [.dense(inputSize: 2, outputSize: 2)])
        let identity = ParameterTensors<T>(shapes: model.parameterShapes, flat: [1, 0, 0, 1, 0, 0])
        let trainer = try ReferenceTrainer(
            model: model, parameters: identity, training: TrainingConfiguration(loss: kind, optimizer: .sgd()))
        let report = try trainer.step(
            TrainingBatch(
                input: Tensor(shape: [1, 1, 2], values: site.logits.map { T($0) }),
                target: Tensor(shape: [1, 1, 2], values: site.targets.map { T($0) })))
        let rounding = 4 * Double(T.ulpOfOne) * site.largest
        #expect((report.loss - loss).magnitude <= rounding, "\(kind) \(T.self): \(report.loss), expected \(loss)")
        // The gradient by the bias is that by the logits.
        let found = trainer.gradients().flat.suffix(2)
        expectClose(
            Tensor(shape: [2], values: Array(found)), Tensor<Double>(shape: [2], values: gradient), absolute: rounding,
            relative: 0, "\(kind) \(T.self)")
    }
}
