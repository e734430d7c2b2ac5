import Testing

@testable import OpenCLRuntime

@Suite struct OpenCLErrorTests {
    /// All codes of OpenCL 1.2 (cl.h), of the loader, and of CLBlast (clblast_c.h).
    static let codes: [Int32] =
        Array(-19...0) + Array(-68 ... -30) + [-1001] + Array(-1022 ... -1007) + [-1024] + Array(-2050 ... -2039)

    @Test(arguments: codes)
    func everyStatusHasNameAndMeaning(status: Int32) {
        let error = OpenCLError(call: "clCall", status: status)
        #expect(error.statusName.hasPrefix("CL"))
        #expect(!error.meaning.isEmpty && !error.meaning.contains("\n"))
        #expect(error.description == "clCall failed: \(error.statusName) (\(status)): \(error.meaning)")
    }

    @Test func tableHasNoDuplicates() {
        #expect(Set(StatusTable.all.map(\.status)) == Set(Self.codes))
        #expect(StatusTable.all.count == Self.codes.count)
        #expect(Set(StatusTable.all.map(\.name)).count == Self.codes.count)
    }

    @Test func namesAreThoseOfTheHeaders() {
        #expect(OpenCLError(call: "", status: -5).statusName == "CL_OUT_OF_RESOURCES")
        #expect(OpenCLError(call: "", status: -30).statusName == "CL_INVALID_VALUE")
        #expect(OpenCLError(call: "", status: -54).statusName == "CL_INVALID_WORK_GROUP_SIZE")
        #expect(OpenCLError(call: "", status: -68).statusName == "CL_INVALID_DEVICE_PARTITION_COUNT")
        #expect(OpenCLError(call: "", status: -1017).statusName == "CLBlastInvalidDimension")
        #expect(OpenCLError(call: "", status: -2044).statusName == "CLBlastNoDoublePrecision")
        #expect(OpenCLError(call: "", status: -4711).statusName == "unknown status")
    }

    @Test func noPlatformTellsWhatToInstall() {
        let error = OpenCLError(call: "clGetPlatformIDs", status: -1001)
        #expect(error.isNoDevice)
        #expect(error.description.contains("pocl-opencl-icd"))
    }

    @Test func kinds() {
        #expect([-4, -6, -61].allSatisfy { OpenCLError(call: "", status: $0).isOutOfMemory })
        #expect([-1, -1001].allSatisfy { OpenCLError(call: "", status: $0).isNoDevice })
        #expect(OpenCLError(call: "clCreateBuffer", status: -5).isOutOfMemory)
        #expect(!OpenCLError(call: "clEnqueueNDRangeKernel", status: -5).isOutOfMemory)
        #expect(!OpenCLError(call: "", status: -11).isOutOfMemory && !OpenCLError(call: "", status: -11).isNoDevice)
    }

    @Test func descriptionNamesKernelAndDetail() {
        let error = OpenCLError(
            call: "clEnqueueNDRangeKernel", status: -5, kernel: "graves_forward", detail: "global [64], local [8]")
        #expect(
            error.description.hasPrefix("clEnqueueNDRangeKernel(graves_forward) failed: CL_OUT_OF_RESOURCES (-5): "))
        #expect(error.description.hasSuffix("; global [64], local [8]"))
    }

    @Test func buildFailureEndsWithOptionsAndLog() {
        let error = OpenCLError(call: "clBuildProgram", status: -11, options: "-D H=3", buildLog: "line\nother line")
        #expect(error.description.hasSuffix("\noptions: -D H=3\nline\nother line"))
    }
}
