import Foundation
import MDLSTM
import Testing
import _TestSupport

/// Grids cut into bands, and .npy files read and written in bands.
struct BandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func bandsCoverTheSamples() throws {
        let grid = try Grid(extents: [9, 2], samples: [[3, 2], [7, 1], [6, 2]])
        let bands = try grid.bands(height: 3)
        #expect(bands.map(\.sites) == [0..<3, 3..<6, 6..<7])
        #expect(bands.map(\.samples) == [[0, 1, 2], [1, 2], [1]])
        #expect(bands.map(\.grid.extents) == [[3, 2], [3, 2], [1, 2]])
        #expect(bands.map(\.grid.samples) == [[[3, 2], [3, 1], [3, 2]], [[3, 1], [3, 2]], [[1, 1]]])
    }

    @Test func directionsAreGroupedByTheFirstAxis() throws {
        func groups(_ signs: String) throws -> [Range<Int>] {
            let directions = signs.split(separator: " ").map { Direction(String($0))! }
            return try LayerConfiguration(inputSize: 1, hiddenSize: 1, directions: directions).bandGroups
        }
        #expect(try groups("++ +- -+ --") == [0..<2, 2..<4])
        #expect(try groups("+- -+ --") == [0..<1, 1..<3])
        #expect(try groups("-") == [0..<1])
    }

    /// Sets of an untied grid go by depth, then direction; those of its input by direction alone.
    @Test func parametersOfSomeDirections() throws {
        let layer = try LayerConfiguration(
            cell: .grid, inputSize: 2, hiddenSize: 1, directions: ["++", "-+"].map { Direction($0)! },
            options: CellOptions { $0.grid = GridOptions(depth: 3, tied: false) })
        var parameters = ParameterTensors<Float>()
        for shape in layer.parameterShapes {
            let perSet = shape.count / shape.shape[0]
            parameters[shape.name] = Tensor(
                shape: shape.shape, values: (0..<shape.count).map { Float($0 / perSet) })
        }
        let part = parameters.part(1..<2, of: 2)
        try part.validate(against: layer.part(1..<2).parameterShapes)
        #expect(Set(part["weight_in"]!.values) == [1])
        #expect(Set(part["weight_hh"]!.values) == [1, 3, 5])
    }

    @Test(arguments: [ElementType.float16, .float32, .float64, .uint8])
    func inputIsReadInBands(_ type: ElementType) throws {
        let shape = [2, 5, 3, 2]
        let tensor = Tensor<Float>(shape: shape, values: (0..<60).map { Float($0) })
        let path = folder.file("x.npy")
        try write(tensor, as: type, to: path)
        let input = try #require(try NumpyInput<Float>(path))
        #expect(input.shape == shape)
        #expect(try input.tensor() == tensor)
        var band: [Float] = []
        try input.withBand(1..<4, sample: 1) { band = Array($0) }
        #expect(band == Array(tensor.values[36..<54]))
    }

    /// What is no .npy file in row-major order has to be read whole; damaged files are refused.
    @Test func inputThatCannotBeReadInBands() throws {
        let path = folder.file("x.npy")
        let bytes = NumpyArray(Tensor<Float>(zeros: [2, 3])).serialized()
        let text = String(decoding: bytes[10..<128], as: UTF8.self)
        let turned = Array(text.replacing("False", with: "True ").utf8)
        let others: [[UInt8]] = [[0x89, 0x50, 0x4e, 0x47], bytes[..<10] + turned + bytes[128...], []]
        for other in others {
            try writeFile(other, to: path)
            #expect(try NumpyInput<Float>(path) == nil)
        }
        #expect(try NumpyInput<Float>("/dev/null") == nil)
        for damaged in [Array(bytes.dropLast()), bytes + [0], Array(bytes.prefix(100))] {
            try writeFile(damaged, to: path)
            let error = #expect(throws: MDLSTMError.self) { try NumpyInput<Float>(path) }
            let whole = #expect(throws: MDLSTMError.self) { try NumpyArray(contentsOf: path) }
            #expect(error != nil && error == whole)
        }
        let missing = #expect(throws: MDLSTMError.self) { try NumpyInput<Float>(folder.file("none")) }
        #expect(missing?.kind == .missingInput)
    }

    /// Columns that are written later keep those that were written before.
    @Test func outputIsWrittenInBands() throws {
        let path = folder.file("y.npy")
        let output = try NumpyOutput<Double>(path, shape: [2, 3, 2])
        try output.withBand(1..<3, sample: 1, isNew: true) { memory in
            #expect(memory.allSatisfy { $0 == 0 })
            (memory[0], memory[2]) = (1, 2)
        }
        try output.withBand(2..<3, sample: 1, isNew: false) { memory in
            #expect(Array(memory) == [2, 0])
            memory[1] = .infinity
        }
        #expect(!output.isFinite && !folder.names.contains("y.npy"))
        try output.commit()
        let written: Tensor<Double> = try NumpyArray(contentsOf: path).tensor()
        #expect(written == Tensor(shape: [2, 3, 2], values: [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, .infinity]))
        #expect(folder.names == ["y.npy"])
    }

    @Test func outputThatIsNotCommittedIsNotThere() throws {
        let path = folder.file("y.npy")
        try writeFile([1], to: path)
        do { _ = try NumpyOutput<Float>(path, shape: [1, 2, 3]) }
        #expect(try readFile(path) == [1])
        #expect(folder.names == ["y.npy"])
        for bad in ["/dev/null", folder.file("none/y.npy"), folder.path] {
            let error = #expect(throws: MDLSTMError.self) { try NumpyOutput<Float>(bad, shape: [1, 2, 3]) }
            #expect(error?.kind == .cannotCreate)
        }
    }

    private func write(_ tensor: Tensor<Float>, as type: ElementType, to path: String) throws {
        switch type {
        case .float32: try tensor.writeNumpy(to: path)
        case .float64: try tensor.converted(to: Double.self).writeNumpy(to: path)
        default:
            // Small whole numbers: their halves and bytes are known without a library.
            let header = Array(NumpyArray(tensor).serialized()[..<128])
            let descr = type == .float16 ? "<f2" : "|u1"
            let text = String(decoding: header[10...], as: UTF8.self).replacing("<f4", with: descr)
            let data = tensor.values.flatMap { value -> [UInt8] in
                guard type == .float16 else { return [UInt8(value)] }
                let bits = value == 0 ? 0 : UInt16((value.bitPattern >> 13) - (112 << 10))
                return [UInt8(bits & 255), UInt8(bits >> 8)]
            }
            try writeFile(header[..<10] + Array(text.utf8) + data, to: path)
        }
    }
}
