public import MDLSTM
public import OpenCLRuntime

/// One comparison of a device with the reference.
public struct ParityRow: Sendable {
    /// What was computed: a layer or an operation.
    public let operation: String
    /// Way and precision.
    public let variant: String
    /// Largest normalised mean squared error of outputs and states, and of gradients or parameters.
    public let forwardError: Double, backwardError: Double
    public let passed: Bool

    /// The .cl files of the kernels that ran; CLBlast's kernels are not among them.
    public let kernelFiles: Set<String>

    /// Both errors in words.
    public var errorText: String { "error forward \(forwardError), backward \(backwardError)" }
}

extension [ParityRow] {
    /// The .cl files to look at, by name: those of all rows that did not pass and of none that did.
    public var suspects: [String] {
        let missed = filter { !$0.passed }.map(\.kernelFiles)
        let right = reduce(into: Set<String>()) { if $1.passed { $0.formUnion($1.kernelFiles) } }
        guard let first = missed.first else { return [] }
        let common = missed.reduce(first) { $0.intersection($1) }.subtracting(right)
        let any = missed.reduce(first) { $0.union($1) }.subtracting(right)
        return (common.isEmpty ? any : common).sorted()
    }
}

/// Compares every operation and cell on a device with the reference in Double, over the package's list of cases.
public struct ParityCheck {
    private let device: Device
    private let paths: [ComputePath]
    private let tuning: DeviceTuning?
    private let shapes: KernelShapes?
    private let variation: UInt64
    private let name: String
    private let repetitions: Int
    private let layers: [LayerCase], models: [ModelCase]

    /// - Parameters:
    ///   - device: the device to check
    ///   - path: the way to check; every way for `auto`
    ///   - tuning: what was chosen for the device by measurement; the built-in values unless given
    ///   - shapes: those the kernels take on another kind of device; the device's own unless given
    ///   - variation: varies the numbers of the cases; 0 for those of the tests
    ///   - name: what the names of the operations to check contain; all unless given
    ///   - isBrief: one layer of every form that runs through the kernels, instead of all
    ///   - isTiny: the smallest such layers, and models of few parameters: for interpreters of kernels
    ///   - repetitions: how often each case is computed; the largest errors count
    public init(
        device: Device, path: ComputePath = .auto, tuning: DeviceTuning? = nil, shapes: KernelShapes? = nil,
        variation: UInt64 = 0, named name: String = "", isBrief: Bool = false, isTiny: Bool = false,
        repetitions: Int = 1
    ) {
        self.device = device
        paths = path == .auto ? [.fused, .sweep, .gemm] : [path]
        self.tuning = tuning
        self.shapes = shapes
        self.variation = variation
        self.name = name
        self.repetitions = repetitions
        layers = isTiny ? LayerCase.tinyOfEachForm : isBrief ? LayerCase.oneOfEachForm : LayerCase.all
        models = isTiny ? ModelCase.tiny : ModelCase.all
    }

    private func includes(_ operation: String) -> Bool { name.isEmpty || operation.contains(name) }

    /// All rows of one precision.
    ///
    /// - Parameters:
    ///   - precision: that of the device's numbers
    ///   - report: called with each row as it is known
    public func run(precision: Precision, report: (ParityRow) -> Void = { _ in }) throws -> [ParityRow] {
        switch precision {
        case .float32: try rows(Float.self, report: report)
        case .float64: try rows(Double.self, report: report)
        }
    }

    private func rows<T: Scalar>(_ type: T.Type, report: (ParityRow) -> Void) throws -> [ParityRow] {
        var rows: [ParityRow] = []
        for path in paths {
            let backend = try makeBackend(T.self, path)
            let tolerance = ParityTolerance(T.precision)
            func add(_ name: String, _ errors: () throws -> (forward: Double, backward: Double)) throws {
                backend.library.usedFiles = []
                var (forward, backward) = try errors()
                for _ in 1..<repetitions {
                    let again = try errors()
                    (forward, backward) = (max(forward, again.forward), max(backward, again.backward))
                }
                let row = ParityRow(
                    operation: name, variant: "\(path.rawValue) \(T.precision.rawValue)",
                    forwardError: forward, backwardError: backward,
                    passed: forward <= tolerance.forward && backward <= tolerance.backward,
                    kernelFiles: backend.library.usedFiles!)
                report(row)
                rows.append(row)
            }
            for var layer in layers where includes(layer.name) {
                layer.variation = variation
                try add(layer.name) { try backend.errors(of: layer) }
            }
            for var model in models where includes(model.name) {
                model.variation = variation
                try add(model.name) { try backend.errors(of: model) }
            }
            if includes("multiply_add_peak") {
                try add("multiply_add_peak") { (forward: try backend.multiplyAddError(), backward: 0) }
            }
        }
        return rows
    }

    private func makeBackend<T: Scalar>(_ type: T.Type, _ path: ComputePath) throws -> OpenCLBackend<T> {
        guard let shapes else { return try OpenCLBackend(device: device, path: path, tuning: tuning) }
        let traits = DeviceTraits(shapes, on: device)
        return OpenCLBackend(library: KernelLibrary(context: try Context(device: device), traits: traits), path: path)
    }
}

extension OpenCLBackend {
    /// Largest normalised errors of a layer against the Double reference.
    package func errors(of layer: LayerCase) throws -> (forward: Double, backward: Double) {
        let expected = try ReferenceBackend<Double>().run(
            layer.configuration, parameters: layer.parameters(), call: layer.call())
        let actual = try run(layer.configuration, parameters: layer.parameters(), call: layer.call())
        var forward = normalizedError(actual.output.values, expected.output.values)
        for (a, b) in zip(actual.finalState!.named.entries, expected.finalState!.named.entries) {
            forward = max(forward, normalizedError(a.tensor.values, b.tensor.values))
        }
        let (gradients, reference) = (actual.gradients!, expected.gradients!)
        var backward = normalizedError(gradients.input.values, reference.input.values)
        for (name, tensor) in reference.parameters.entries {
            backward = max(backward, normalizedError(gradients.parameters[name]!.values, tensor.values))
        }
        if let states = reference.initialState {
            for (a, b) in zip(gradients.initialState!.named.entries, states.named.entries) {
                backward = max(backward, normalizedError(a.tensor.values, b.tensor.values))
            }
        }
        return (forward, backward)
    }

    /// Largest normalised errors of a model: its predictions and losses, and the gradients and
    /// parameters after its steps.
    package func errors(of model: ModelCase) throws -> (forward: Double, backward: Double) {
        let expected = try ReferenceBackend<Double>().makeTrainer(
            model: model.model, parameters: model.parameters(), training: model.training)
        let actual = try makeTrainer(model: model.model, parameters: model.parameters(), training: model.training)
        let first: TrainingBatch<Double> = try model.batch(step: 0)
        let prediction = try actual.predict(try model.batch(step: 0).input, samples: model.samples)
        var forward = normalizedError(
            prediction.values, try expected.predict(first.input, samples: model.samples).values)
        for step in 1...model.steps {
            let a = try actual.step(try model.batch(step: step))
            let b = try expected.step(try model.batch(step: step))
            forward = max(
                forward, normalizedError([a.loss], [b.loss]), normalizedError([a.probeError], [b.probeError]))
        }
        var backward = 0.0
        let (gradients, reference) = (try actual.gradients(), try expected.gradients())
        for (name, tensor) in reference.entries {
            backward = max(backward, normalizedError(gradients[name]!.values, tensor.values))
        }
        let (parameters, wanted) = (try actual.parameters(), try expected.parameters())
        for (name, tensor) in wanted.entries {
            backward = max(backward, normalizedError(parameters[name]!.values, tensor.values))
        }
        return (forward, backward)
    }
}
