import Foundation
import MDLSTM
import MDLSTMData
import Testing
import _TestSupport

/// Data made for one test, in a folder of its own.
struct DataFolder {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    var path: String { folder.path }

    func path(_ name: String) -> String { folder.file(name) }

    /// Writes a file, its folders too.
    func put(_ name: String, _ bytes: [UInt8]) throws {
        try FileManager.default.createDirectory(
            atPath: (path(name) as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try writeFile(bytes, to: path(name))
    }

    func put(_ name: String, _ text: String) throws { try put(name, Array(text.utf8)) }

    /// A gray picture of 8 bits.
    func gray(_ name: String, _ width: Int, _ height: Int, _ samples: [Int]) throws {
        try put(name, Self.gray(width, height, samples))
    }

    func rgb(_ name: String, _ width: Int, _ height: Int, _ samples: [Int]) throws {
        try put(name, PNGWriter(width: width, height: height, depth: 8, colorType: 2, samples: samples).bytes)
    }

    static func gray(_ width: Int, _ height: Int, _ samples: [Int]) -> [UInt8] {
        PNGWriter(width: width, height: height, depth: 8, colorType: 0, samples: samples).bytes
    }

    func array(_ name: String, _ tensor: Tensor<Float>) throws { try put(name, NumpyArray(tensor).serialized()) }

    func open(_ name: String = "", _ change: (inout DataRequest) -> Void = { _ in }) throws -> OpenedData {
        var request = DataRequest()
        change(&request)
        return try OpenedData(name.isEmpty ? path : path(name), request)
    }

    /// Opens and expects exactly these faults, one message each.
    func expectFaults(
        _ expected: [String], _ name: String = "", sourceLocation: SourceLocation = #_sourceLocation,
        _ change: (inout DataRequest) -> Void = { _ in }
    ) throws {
        let messages = try open(name, change).faults.map { $0.message.replacing(path, with: "DATA") }
        #expect(messages == expected, sourceLocation: sourceLocation)
    }

    /// Opens and expects a refusal with these words.
    func expectRefusal(
        _ parts: [String], _ name: String = "", kind: MDLSTMError.Kind = .data,
        sourceLocation: SourceLocation = #_sourceLocation, _ change: (inout DataRequest) -> Void = { _ in }
    ) {
        let error = #expect(throws: MDLSTMError.self, sourceLocation: sourceLocation) { _ = try open(name, change) }
        #expect(error?.kind == kind, "\(error?.message ?? "")", sourceLocation: sourceLocation)
        for part in parts {
            #expect(
                error?.message.contains(part) ?? false, "'\(error?.message ?? "")' lacks '\(part)'",
                sourceLocation: sourceLocation)
        }
    }
}

/// A .npy file of other types than `Scalar`.
func integers(_ values: [Int64], _ shape: [Int], _ descr: String = "<i8") -> [UInt8] {
    let extents = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var header = Array("{'descr': '\(descr)', 'fortran_order': False, 'shape': (\(extents)), }".utf8)
    header += Array(repeating: 0x20, count: 117 - header.count) + [0x0A]
    let size = Int(String(descr.last!))!
    let data = values.flatMap { value in (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.count), 0] + header + data
}

extension DataSet {
    var names: [String] { (0..<count).map(name(of:)) }
    var allExtents: [[Int]] { get throws { try (0..<count).map(extents(of:)) } }
}
