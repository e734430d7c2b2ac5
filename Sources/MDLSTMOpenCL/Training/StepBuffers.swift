import MDLSTM
import OpenCLRuntime

/// The buffers of training steps over one grid on the device.
final class StepBuffers<Element: Scalar> {
    let pass: ModelPass<Element>

    /// `[sites, O]`
    let outputGradient: Buffer<Element>

    /// 1 for each site of a sample and 0 for padding; nil if no sample is ragged.
    let weights: Buffer<Element>?

    /// The loss of each part of the sites.
    let losses: Buffer<Element>

    private let context: Context
    private var probes: StagedBuffer<Int32>

    // Made when they are first needed: numbers to reach `[sites, O]`, labels `[sites]`, a dL/dy of the caller's.
    private var values: StagedBuffer<Element>?
    private var labels: StagedBuffer<Int32>?
    private var givenGradient: StagedBuffer<Element>?
    private var texts: CTCBuffers<Element>?

    init(_ pass: ModelPass<Element>, context: Context) throws {
        self.pass = pass
        self.context = context
        let sites = pass.outputGrid.siteCount
        outputGradient = try context.makeBuffer(of: Element.self, count: sites * pass.model.outputSize)
        losses = try context.makeBuffer(of: Element.self, count: PartSize(count: sites).parts)
        probes = try context.makeStagedBuffer(of: Int32.self, count: 1)
        weights =
            pass.outputGrid.isRagged
            ? try context.makeBuffer(copying: pass.outputGrid.marked(1, others: 0)) : nil
    }

    /// Copies a target to the device, as a loss asks for it.
    func write(target: TrainingTarget<Element>, for loss: Loss) throws -> DeviceTarget<Element> {
        switch target {
        case .labels(let tensor) where loss == .ctc:
            let own = try texts ?? CTCBuffers(pass.outputGrid, context: context)
            texts = own
            try own.write(CTCTargets(tensor, grid: pass.outputGrid))
            return .texts(own)
        case .values(let tensor):
            let buffer = try values ?? context.makeStagedBuffer(of: Element.self, count: outputGradient.count)
            values = buffer
            try buffer.write(tensor.values)
            return .values(buffer.buffer)
        case .labels(let tensor):
            let buffer = try labels ?? context.makeStagedBuffer(of: Int32.self, count: pass.outputGrid.siteCount)
            labels = buffer
            try buffer.write(tensor.values)
            return .labels(buffer.buffer)
        case .none: preconditionFailure("a target was checked to be there")
        }
    }

    /// Copies the caller's dL/dy to the device.
    func write(outputGradient: [Element]) throws -> Buffer<Element> {
        let buffer = try givenGradient ?? context.makeStagedBuffer(of: Element.self, count: outputGradient.count)
        givenGradient = buffer
        try buffer.write(outputGradient)
        return buffer.buffer
    }

    /// Copies the batch's probes to the device.
    func write(probes elements: [Int]) throws -> Buffer<Int32> {
        guard !elements.isEmpty else { return probes.buffer }
        if probes.buffer.count < elements.count {
            probes = try context.makeStagedBuffer(of: Int32.self, count: elements.count)
        }
        try probes.write(elements.map { Int32($0) })
        return probes.buffer
    }
}

/// A target on the device: see ``TrainingTarget``.
enum DeviceTarget<Element: Scalar> {
    case values(Buffer<Element>)
    case labels(Buffer<Int32>)
    case texts(CTCBuffers<Element>)
}
