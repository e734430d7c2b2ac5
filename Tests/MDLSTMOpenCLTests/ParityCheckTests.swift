import MDLSTM
import MDLSTMOpenCL
import OpenCLRuntime
import Testing
import _TestSupport

/// What `devices --verify` covers.
@MainActor @Suite(.serialized) struct ParityCheckTests {
    /// The brief check runs every kernel.
    @Test func briefCheckRunsEveryKernel() throws {
        let rows = try ParityCheck(device: try Device.select(nil), isBrief: true).run(precision: .float32)
        #expect(rows.allSatisfy(\.passed) && rows.suspects.isEmpty)
        let files = rows.reduce(into: Set<String>()) { $0.formUnion($1.kernelFiles) }
        let missing = Set(try KernelFolder.names()).subtracting(files)
        #expect(missing.isEmpty, "\(missing)")
    }
}
