import MDLSTM
import MDLSTMOpenCL
import OpenCLRuntime
import Testing
import _TestSupport

extension KernelFolder {
    /// A trainer of a case whose kernels come from this folder.
    func makeTrainer<T: Scalar>(
        _ model: ModelCase, path: ComputePath, as type: T.Type = T.self
    ) throws -> OpenCLTrainer<T> {
        let library = KernelLibrary(context: try Context(device: Device.select(nil)), folder: self.path)
        return try OpenCLTrainer(
            model: model.model, parameters: model.parameters(), training: model.training, library: library, path: path)
    }
}

extension ModelCase {
    /// A case by the beginning of its name.
    static func named(_ name: String) throws -> ModelCase {
        try #require(all.first { $0.name.hasPrefix(name) }, "no case '\(name)'")
    }
}
