import Foundation
import MDLSTM
import MDLSTMArchives
import MDLSTMData
import MDLSTMImages
import MDLSTMOpenCL

/// What reads files that anybody may have written.
enum Reader: String, CaseIterable {
    case safetensors, model, weights, onnx, configuration, tuning, npy, npz, pt, pickle, png, jpeg, idx, page

    /// Reads a file or sees it refused; traps when what is read is not what it should be.
    func check(_ bytes: [UInt8]) {
        do {
            switch self {
            case .safetensors: try Self.checkTensors(bytes)
            case .model: try Self.checkModel(bytes)
            case .weights: try Self.checkWeights(bytes)
            case .onnx: try Self.checkONNX(bytes)
            case .configuration: try Self.checkConfiguration(bytes)
            case .tuning: try Self.checkTuning(bytes)
            case .npy: try Self.checkArray(bytes)
            case .npz: try Self.checkArchive(bytes)
            case .pt: try Self.checkPyTorchFile(bytes)
            case .pickle: try Self.checkPickle(bytes)
            // With the checksums that the chunks should have: nothing made up gets to the decoder otherwise.
            case .png: try Self.checkImage(withChecksums(bytes))
            case .jpeg: try Self.checkImage(bytes)
            case .idx: try Self.checkIDX(bytes)
            case .page: try Self.checkPage(bytes)
            }
        } catch let error as MDLSTMError {
            precondition(error.kind == .data || error.kind == .option, "\(error)")
            precondition(error.message.hasPrefix("input"), "the file is not named: \(error)")
            precondition(!error.message.utf8.contains { $0 < 0x20 }, "more than a line: \(error)")
        } catch {
            preconditionFailure("\(error)")
        }
    }

    /// What is read is written and read again as the same.
    private static func checkTensors(_ bytes: [UInt8]) throws {
        let file = try TensorFile(parsing: bytes, name: "input")
        let written = file.serialized()
        let again = try! TensorFile(parsing: written, name: "again")
        precondition(again.names == file.names && again.metadata == file.metadata && again.serialized() == written)
        for name in file.names { _ = try file.tensor(name, as: Float.self) }
    }

    /// Layers, models, checkpoints and states.
    private static func checkModel(_ bytes: [UInt8]) throws {
        let file = try TensorFile(parsing: bytes, name: "input")
        if file["h_1"] != nil { _ = try? BoundaryState<Float>(file, axes: 1) }
        if file.metadata["characterModel"] != nil {
            _ = try CharacterModel(file).logProbability(of: "a", after: "abc")
        } else if file.metadata[checkpointKey] != nil {
            let checkpoint = try Checkpoint<Float>(file, path: "input")
            precondition(checkpoint.state.parameters.shapes == checkpoint.model.parameterShapes)
        } else {
            _ = try WeightFile<Float>(file)
        }
    }

    /// Weights of other libraries.
    private static func checkWeights(_ bytes: [UInt8]) throws {
        let file =
            NumpyArchive.isArchive(bytes)
            ? try NumpyArchive(parsing: bytes, name: "input").tensors : try TensorFile(parsing: bytes, name: "input")
        for source in [WeightSource.pytorch, .keras(), .onnx(), .tensorflow()] {
            _ = try? WeightFile<Float>(file, from: source)
        }
        _ = try WeightFile<Float>(file, from: .tensorflowMD())
    }

    /// Every LSTM node of a model, with no file beside it.
    private static func checkONNX(_ bytes: [UInt8]) throws {
        let model = try ONNXModel(parsing: bytes, name: "input", hasFolder: false)
        for name in model.lstmNames.prefix(4) {
            let lstm = try model.lstm(name)
            let layer: LayerFile<Float> = try lstm.layer()
            precondition(layer.parameters.shapes == layer.configuration.parameterShapes)
            _ = try? lstm.initialState(of: layer)
        }
        _ = try model.lstm()
    }

    /// JSON and configurations come back as they were.
    private static func checkConfiguration(_ bytes: [UInt8]) throws {
        let json = try JSONValue(parsing: bytes, name: "input")
        let text = json.serialized()
        precondition(try! JSONValue(parsing: text, name: "again").serialized() == text)
        if json["model"] != nil {
            let model = try ModelConfiguration(json: json, name: "input")
            precondition(try! ModelConfiguration(json: model.json, name: "again") == model)
        } else {
            let layer = try LayerConfiguration(json: json, name: "input")
            precondition(try! LayerConfiguration(json: layer.json, name: "again") == layer)
        }
    }

    private static func checkTuning(_ bytes: [UInt8]) throws {
        let tuning = try StoredTuning(JSONValue(parsing: bytes, name: "input"), name: "input")
        precondition(try! StoredTuning(tuning.json, name: "again") == tuning)
    }

    private static func checkArray(_ bytes: [UInt8]) throws {
        let array = try NumpyArray(parsing: bytes, name: "input")
        let tensor: Tensor<Float> = try array.tensor()
        precondition(tensor.values.count == array.shape.reduce(1, *))
        precondition(array.entry.bytes.count == array.type.size * array.shape.reduce(1, *))
    }

    private static func checkArchive(_ bytes: [UInt8]) throws {
        let archive = try NumpyArchive(parsing: bytes, name: "input")
        precondition(archive.names == archive.tensors.names)
    }

    /// Whatever is read has the bytes of its shape, and becomes a layer or not.
    private static func checkPyTorchFile(_ bytes: [UInt8]) throws {
        let tensors = try PyTorchFile(parsing: bytes, name: "input").tensors()
        for name in tensors.names {
            let entry = tensors[name]!
            precondition(entry.bytes.count == entry.type.size * entry.shape.reduce(1, *))
        }
        _ = try WeightFile<Float>(tensors, from: .pytorch)
    }

    /// A pickle in an archive with storages of 8 float32 or int64: nothing made up gets through a zip archive's sizes.
    private static func checkPickle(_ bytes: [UInt8]) throws {
        let members = [("a/data.pkl", bytes)] + (0..<4).map { ("a/data/\($0)", Array(repeating: UInt8($0), count: 32)) }
        try checkPyTorchFile(storedArchive(members))
    }

    /// Every entry can be read, of images as of labels.
    private static func checkIDX(_ bytes: [UInt8]) throws {
        if let labels = try? IDXFile(parsing: bytes, name: "input", .labels) {
            precondition(try! labels.bytes(0..<labels.shape[0]).count == labels.shape[0])
        }
        let images = try IDXFile(parsing: bytes, name: "input", .images)
        let size = images.shape[1] * images.shape[2]
        for index in [0, images.shape[0] - 1] where (0..<images.shape[0]).contains(index) {
            precondition(try! images.bytes(index..<(index + 1)).count == size)
        }
    }

    /// Lines of a page of 64 x 64 pixels are faults, or are read.
    private static func checkPage(_ bytes: [UInt8]) throws {
        let folder = NSTemporaryDirectory() + "/mdlstm-fuzz-\(getpid())"
        if !FileManager.default.fileExists(atPath: folder) {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let page = Image(
                width: 64, height: 64, channels: 1, pixels: (0..<(64 * 64)).map { UInt8($0 % 7 == 0 ? 40 : 220) })
            try page.write(to: folder + "/input.png")
        }
        try writeFile(bytes, to: folder + "/input.xml")
        let data = try OpenedData(folder + "/input.xml")
        precondition(!data.faults.contains { $0.message.utf8.contains { $0 < 0x20 } }, "more than a line")
        let lines: any DataSet<Float> = data.training()
        for index in 0..<min(lines.count, 4) {
            let sample = try lines.sample(at: index)
            precondition(sample.input.values.allSatisfy { (0...1).contains($0) })
            let extents = try lines.extents(of: index)
            precondition(sample.extents == extents)
        }
    }

    /// Every sample is in the range of its bits, and every number in 0...1.
    ///
    /// The header alone says the same.
    private static func checkImage(_ bytes: [UInt8]) throws {
        let header = Result { try ImageHeader(decoding: bytes, name: "input") }
        let file = try ImageFile(decoding: bytes, name: "input")
        let (width, height, channels) = try! (header.get().width, header.get().height, header.get().channels)
        precondition((width, height, channels) == (file.width, file.height, file.channels))
        let count: Int
        switch file.samples {
        case .bytes(let samples):
            count = samples.count
            precondition(samples.allSatisfy { Int($0) < 1 << file.bitDepth })
        case .words(let samples): count = samples.count
        }
        precondition(count == file.width * file.height * file.storedChannels)
        // A made-up picture may be large; its tensor is four times that.
        guard count < 1 << 22 else { return }
        let tensor: Tensor<Float> = try file.tensor()
        precondition(tensor.shape == [1, file.height, file.width, file.channels])
        precondition(tensor.values.count == file.width * file.height * file.channels)
        precondition(tensor.values.allSatisfy { (0...1).contains($0) })
    }
}
