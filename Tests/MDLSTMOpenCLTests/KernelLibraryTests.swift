import KernelSources
import MDLSTM
import MDLSTMOpenCL
import OpenCLRuntime
import Testing
import _TestSupport

/// Kernels from a folder instead of those in the binary, and that these are the repository's.
@MainActor @Suite(.serialized) struct KernelLibraryTests {
    @Test func everyKernelFileIsEmbedded() throws {
        var count = 0
        let sources = UnsafeBufferPointer(start: kernel_sources(&count), count: count)
        let names = sources.map { String(cString: $0.name) }
        #expect(try names == KernelFolder.names(), "Kernels/kernel_sources.c lists its files by name")
        for (name, source) in zip(names, sources) {
            let embedded = Array(UnsafeBufferPointer(start: source.bytes, count: source.count))
            #expect(try embedded == readFile("\(KernelFolder.original)/\(name)"), "\(name)")
        }
    }

    /// An unchanged copy computes the same bits; a changed one what it says.
    @Test func folderReplacesTheEmbeddedKernels() throws {
        let model = try ModelCase.named("tanh of 5")
        let input: Tensor<Float> = try model.batch(step: 0).input
        let folder = try KernelFolder()
        let embedded = try Backends.shared(.fused, Float.self).makeTrainer(
            model: model.model, parameters: model.parameters(), training: model.training
        ).predict(input, samples: model.samples)
        expectSame(try folder.makeTrainer(model, path: .fused).predict(input, samples: model.samples), embedded)

        try folder.replace(
            "hyperbolic_tangent(value)", with: "(real)2 * hyperbolic_tangent(value)", in: "activation_forward.cl")
        let doubled = try folder.makeTrainer(model, path: .fused, as: Float.self)
            .predict(input, samples: model.samples)
        let twice = Tensor(shape: embedded.shape, values: embedded.values.map { 2 * $0 })
        expectSame(doubled, twice)
    }

    @Test func syntaxErrorNamesFileAndLine() throws {
        let model = try ModelCase.named("tanh of 5")
        let folder = try KernelFolder()
        let text = String(decoding: try readFile("\(folder.path)/dense_forward.cl"), as: UTF8.self)
        let line = text.split(separator: "\n", omittingEmptySubsequences: false).count
        try writeFile(Array((text + "undeclared x;\n").utf8), to: "\(folder.path)/dense_forward.cl")
        let trainer = try folder.makeTrainer(model, path: .fused, as: Float.self)
        let error = try #require(throws: OpenCLError.self) {
            try trainer.predict(model.batch(step: 0).input, samples: model.samples)
        }
        #expect(error.statusName == "CL_BUILD_PROGRAM_FAILURE")
        let log = try #require(error.buildLog)
        #expect(log.contains("Kernels/dense_forward.cl:\(line)"), "\(log)")
    }

    @Test func folderWithoutTheFileIsNamed() throws {
        let model = try ModelCase.named("tanh of 5")
        let folder = try TemporaryFolder()
        let library = KernelLibrary(context: try Context(device: Device.select(nil)), folder: folder.path)
        let error = try #require(throws: MDLSTMError.self) {
            let trainer = try OpenCLTrainer<Float>(
                model: model.model, parameters: model.parameters(), training: model.training, library: library,
                path: .fused)
            _ = try trainer.step(model.batch(step: 1))
        }
        #expect(error.kind == .missingInput && error.message.contains("\(folder.path)/"), "\(error.message)")
    }
}
