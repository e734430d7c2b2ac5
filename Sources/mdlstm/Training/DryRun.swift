import MDLSTM
import MDLSTMOpenCL
import OpenCLRuntime

/// One batch of a training forward and backward, and what it takes; nothing is written.
struct DryRun<Course: LearningCourse> {
    private let course: Course

    init(_ course: Course) { self.course = course }

    func run() throws {
        let batches = try course.batches()
        let backend = try course.command.compute.makeBackend(Course.Element.self)
        let trainer = try course.makeTrainer(on: backend, batches)
        let batch = try batches.source.batch(epoch: 1, index: 0)
        let report = try trainer.step(batch)
        let count = course.model.parameterShapes.reduce(0) { $0 + $1.count }
        let perEpoch = try batches.source.count(epoch: 1)
        try printResult("batch \(batch.input.shape), \(counted(perEpoch, "batch", plural: "batches")) an epoch")
        let grids = try course.model.grids(
            from: try Grid(batch: batch.input.shape[0], extents: Array(batch.input.shape.dropFirst().dropLast())))
        for (index, layer) in course.model.layers.enumerated() {
            let shape = [grids[index].batch] + grids[index].extents + [course.model.featureSizes[index]]
            try printResult("layer \(index), \(layer.typeName): \(shape)")
        }
        try printResult("\(counted(count, "parameter")), loss \(rounded(report.loss, 4))")
        if let opencl = backend as? OpenCLBackend<Course.Element> {
            try printResult("memory of the device: \(rounded(Double(opencl.context.peakAllocatedBytes) / 1e6, 1)) MB")
        }
    }
}
