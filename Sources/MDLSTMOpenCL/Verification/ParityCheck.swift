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
    /// The .cl files to look at, by name: files used in every row that failed and in no row that passed.
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
    /// The ways that are checked, none of them `auto`.
    public let paths: [ComputePath]

    private let device: Device
    private let tuning: DeviceTuning?
    private let shapes: KernelShapes?
    private let variation: UInt64
    private let name: String
    private let repetitions: Int
    private let layers: [LayerCase], models: [ModelCase], pictures: [PictureCase]
    private let expected = ExpectedResults()

    /// - Parameters:
    ///   - device: the device to check
    ///   - path: the way to check; for `auto` every way that is made for devices of this kind
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
        // Tiles in local memory are for GPUs; a processor compiles them for minutes.
        let isProcessor = (shapes.map { $0 == .processor }) ?? (device.kind == .cpu)
        paths = path != .auto ? [path] : isProcessor ? [.fused, .sweep, .gemm] : ComputePath.ways
        self.tuning = tuning
        self.shapes = shapes
        self.variation = variation
        self.name = name
        self.repetitions = repetitions
        layers = isTiny ? LayerCase.tinyOfEachForm : isBrief ? LayerCase.oneOfEachForm : LayerCase.all
        models = isTiny ? ModelCase.tiny : ModelCase.all
        pictures = isTiny ? PictureCase.tiny : PictureCase.all
    }

    private func includes(_ operation: String) -> Bool { name.isEmpty || operation.contains(name) }

    /// All rows of one precision, one way after the other.
    ///
    /// - Parameters:
    ///   - precision: that of the device's numbers
    ///   - report: called with each row as it is known
    public func run(precision: Precision, report: (ParityRow) -> Void = { _ in }) throws -> [ParityRow] {
        try paths.flatMap { try run($0, precision: precision, report: report) }
    }

    /// All rows of one way in one precision.
    public func run(
        _ path: ComputePath, precision: Precision, report: (ParityRow) -> Void = { _ in }
    ) throws -> [ParityRow] {
        switch precision {
        case .float32: try rows(path, Float.self, report: report)
        case .float64: try rows(path, Double.self, report: report)
        }
    }

    private func rows<T: Scalar>(
        _ path: ComputePath, _ type: T.Type, report: (ParityRow) -> Void
    ) throws -> [ParityRow] {
        var rows: [ParityRow] = []
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
            try add(layer.name) { try backend.errors(of: layer, expected: expected) }
        }
        for var model in models where includes(model.name) {
            model.variation = variation
            try add(model.name) { try backend.errors(of: model, expected: expected) }
        }
        for picture in pictures where includes(picture.name) {
            try add(picture.name) {
                let expected = try picture.drawn(by: ReferenceBackend<Double>())
                return (forward: normalizedError(try picture.drawn(by: backend), expected), backward: 0)
            }
        }
        if includes("multiply_add_peak") {
            try add("multiply_add_peak") { (forward: try backend.multiplyAddError(), backward: 0) }
        }
        return rows
    }

    private func makeBackend<T: Scalar>(_ type: T.Type, _ path: ComputePath) throws -> OpenCLBackend<T> {
        let backend = try OpenCLBackend<T>(checking: device, path: path, tuning: tuning)
        guard let shapes else { return backend }
        let traits = DeviceTraits(shapes, on: device)
        return OpenCLBackend(library: KernelLibrary(context: backend.context, traits: traits), path: path)
    }
}
