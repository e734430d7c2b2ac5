import MDLSTM
import Testing
import _TestSupport

/// Models of several PyTorch modules, against plain loops over their tensors.
struct ExchangePyTorchModelTests {
    private let V = 11, E = 5, H = 3, O = 2

    private func shapes(bidirectional: Bool = false, bias: Bool = true) -> [(String, [Int])] {
        var shapes: [(String, [Int])] = [("emb.weight", [V, E])]
        for end in bidirectional ? ["", "_reverse"] : [""] {
            shapes.append(("net.rnn.weight_ih_l0" + end, [4 * H, E]))
            shapes.append(("net.rnn.weight_hh_l0" + end, [4 * H, H]))
            shapes.append(("net.rnn.bias_ih_l0" + end, [4 * H]))
            shapes.append(("net.rnn.bias_hh_l0" + end, [4 * H]))
        }
        shapes.append(("out.weight", [O, bidirectional ? 2 * H : H]))
        return shapes + (bias ? [("out.bias", [O])] : [])
    }

    private func convert(_ file: TensorFile, _ modules: [PyTorchModule]) throws -> ModelFile<Double> {
        guard case .model(let model) = try WeightFile<Double>(file, from: .pytorchModel(modules)) else {
            throw MDLSTMError(.data, "expected a model")
        }
        return model
    }

    private func predict(_ file: ModelFile<Double>, _ input: Tensor<Double>) throws -> Tensor<Double> {
        try ReferenceBackend<Double>().makeModel(file.model, parameters: file.parameters).predict(input)
    }

    /// Each site's features, `[B, T, I]`, through `weight [O, I]` and `bias [O]`.
    private func dense(_ x: Tensor<Double>, _ weight: Tensor<Double>, _ bias: Tensor<Double>) -> Tensor<Double> {
        let I = weight.shape[1]
        let values = (0..<x.count / I).flatMap { site in
            let features = Array(x.values[(site * I)..<((site + 1) * I)])
            return (0..<weight.shape[0]).map { product(weight, row: $0, features) + bias.values[$0] }
        }
        return Tensor(shape: [x.shape[0], x.shape[1], weight.shape[0]], values: values)
    }

    /// What the LSTM alone makes of an input, which other tests compare with its equations.
    private func lstm(_ file: TensorFile, _ input: Tensor<Double>) throws -> Tensor<Double> {
        let layer = try layer(of: WeightFile<Double>(file.selecting { $0.isTensor(under: "net.rnn") }, from: .pytorch))
        return try ReferenceBackend<Double>().run(
            layer.configuration, parameters: layer.parameters, call: LayerCall(input: input)
        ).output
    }

    @Test(arguments: [false, true], [false, true])
    func embeddingLSTMAndDense(bidirectional: Bool, bias: Bool) throws {
        let file = tensorFile(shapes(bidirectional: bidirectional, bias: bias))
        let model = try convert(file, [.embedding("emb"), .lstm("net.rnn"), .dense("out")])
        #expect(model.model.featureSizes == [E, (bidirectional ? 2 : 1) * H, O])
        #expect(model.parameters.shapes == model.model.parameterShapes)
        let symbols = Tensor<Double>(shape: [2, 4, 1], values: [0, 3, 10, 1, 7, 7, 2, 9])
        let table: Tensor<Double> = try file.tensor("emb.weight")
        let embedded = Tensor(
            shape: [2, 4, E], values: symbols.values.flatMap { table.values[(Int($0) * E)..<(Int($0) * E + E)] })
        let b: Tensor<Double> = bias ? try file.tensor("out.bias") : Tensor(zeros: [O])
        let expected = dense(try lstm(file, embedded), try file.tensor("out.weight"), b)
        expectEqualNumbers(try predict(model, symbols), expected)
    }

    /// A cell, functions and dropout between, what is not listed left out, and a dot behind a name.
    @Test func otherModules() throws {
        let file = tensorFile([
            ("cell.weight_ih", [4 * H, 5]), ("cell.weight_hh", [4 * H, H]), ("cell.bias_ih", [4 * H]),
            ("cell.bias_hh", [4 * H]), ("cell.inner.weight", [1]), ("norm.weight", [H]), ("a.weight", [O, H]),
            ("b.weight", [4, O]),
        ])
        let model = try convert(
            file, [.lstm("cell."), .activation(.relu), .dropout, .dense("a"), .activation(.sigmoid), .dense("b")])
        #expect(model.model.layers.count == 5)
        var renamed = TensorFile()
        for role in ["weight_ih", "weight_hh", "bias_ih", "bias_hh"] {
            renamed.append("net.rnn.\(role)_l0", try file.tensor("cell.\(role)", as: Double.self))
        }
        let h = try lstm(renamed, exchangeInput).map { max($0, 0) }
        let a = dense(h, try file.tensor("a.weight"), Tensor(zeros: [O])).map { logistic($0) }
        expectEqualNumbers(try predict(model, exchangeInput), dense(a, try file.tensor("b.weight"), Tensor(zeros: [4])))
    }

    /// Layers of one module stay in their order.
    @Test func severalLayersOfAModule() throws {
        let file = tensorFile([
            ("r.weight_ih_l0", [12, 5]), ("r.weight_hh_l0", [12, 3]), ("r.weight_ih_l1", [12, 3]),
            ("r.weight_hh_l1", [12, 3]),
            ("fc.weight", [2, 3]),
        ])
        let model = try convert(file, [.lstm("r"), .dense("fc")])
        #expect(model.model.featureSizes == [3, 3, 2])
        #expect(try model.parameters["1.weight_ih"]?.values == file.tensor("r.weight_ih_l1", as: Double.self).values)
        #expect(try model.parameters["2.weight"] == file.tensor("fc.weight"))
    }

    @Test func refusedWithTheModuleNamed() {
        func expectRefused(
            _ parts: [String], _ modules: [PyTorchModule], _ more: [(String, [Int])] = [],
            sourceLocation: SourceLocation = #_sourceLocation
        ) {
            expectMDLSTMError(.data, ["source: "] + parts, sourceLocation: sourceLocation) {
                _ = try convert(tensorFile(shapes() + more), modules)
            }
        }
        expectRefused(["'fc'", "'emb', 'net.rnn', 'out'"], [.dense("fc")])
        expectRefused(
            ["'out' takes 3 features", "'emb' before it gives 5"], [.embedding("emb"), .dense("out")])
        expectRefused(["'emb'", "the first"], [.lstm("net.rnn"), .embedding("emb")])
        expectRefused(["unexpected tensor 'out.bias'"], [.embedding("out")])
        expectRefused(["unexpected tensor 'emb.weight'", "weight_ih_l0"], [.lstm("emb")])
        expectRefused(["unexpected tensor 'net.rnn.weight_ih_l0'"], [.dense("net.rnn")])
        expectRefused(["no module with tensors"], [.activation(.tanh)])
        expectRefused(["'n.weight'", "[3]", "[O, I]"], [.dense("n")], [("n.weight", [3])])
        expectRefused(["'n.bias'", "[3]", "[2]"], [.dense("n")], [("n.weight", [2, 3]), ("n.bias", [3])])
        expectRefused(["GRU"], [.lstm("g")], [("g.weight_ih_l0", [9, 5]), ("g.weight_hh_l0", [9, 3])])
        expectRefused(
            ["'p.weight_hr_l0'", "proj_size"], [.lstm("p")],
            [("p.weight_hh_l0", [12, 2]), ("p.weight_hr_l0", [2, 3])])
    }

    /// Without a list of modules the one that would do is in the message.
    @Test func whatWouldDoIsSaid() {
        func expectAdvice(
            _ parts: [String], _ shapes: [(String, [Int])], sourceLocation: SourceLocation = #_sourceLocation
        ) {
            expectMDLSTMError(.data, ["source: unexpected tensor"] + parts, sourceLocation: sourceLocation) {
                _ = try WeightFile<Float>(tensorFile(shapes), from: .pytorch)
            }
        }
        expectAdvice(
            ["--prefix net.rnn.", "--layers embedding=emb,lstm=net.rnn,dense=out"], shapes(bidirectional: true))
        expectAdvice(["'norm.weight'", "--prefix net.rnn."], [("norm.weight", [3])] + shapes().dropFirst().dropLast(2))
        expectAdvice(
            ["--prefix encoder.lstm. or --prefix decoder.lstm."],
            ["encoder", "decoder"].flatMap { name in
                [
                    ("\(name).fc.weight", [2, 2]), ("\(name).lstm.weight_ih_l0", [12, 5]),
                    ("\(name).lstm.weight_hh_l0", [12, 3]),
                ]
            })
        expectAdvice(["--from keras"], [("kernel", [5, 12]), ("recurrent_kernel", [3, 12])])
    }
}
