import MDLSTM
import MDLSTMOpenCL
import OpenCLRuntime
import Testing
import _TestSupport

/// What `devices --verify` covers.
@MainActor @Suite(.serialized) struct ParityCheckTests {
    /// The brief check runs every kernel but those of the ways for GPUs, which a processor compiles for minutes:
    /// DeviceShapeTests run these.
    @Test func briefCheckRunsEveryKernel() throws {
        let rows = try ParityCheck(device: try Device.select(nil), isBrief: true).run(precision: .float32)
        #expect(rows.allSatisfy(\.passed) && rows.suspects.isEmpty)
        let files = rows.reduce(into: Set<String>()) { $0.formUnion($1.kernelFiles) }
        let missing = Set(try KernelFolder.names()).subtracting(files)
        let forGPUs = try KernelFolder.names().filter { $0.hasPrefix("tiles_") || $0.hasPrefix("tile_") }
        #expect(missing.isSubset(of: forGPUs) && forGPUs.count == 8, "\(missing)")
    }
}
