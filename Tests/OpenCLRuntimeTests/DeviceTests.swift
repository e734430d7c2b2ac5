import Testing

@testable import OpenCLRuntime

/// Without a device these tests fail: that is what they are to tell.
@Suite struct DeviceTests {
    @Test func listsDevicesInPlatformOrder() throws {
        let devices = try Device.all()
        #expect(!devices.isEmpty)
        let indices = devices.map { [$0.platformIndex, $0.deviceIndex] }
        #expect(indices == indices.sorted { $0.lexicographicallyPrecedes($1) })
        for device in devices {
            #expect(!device.name.isEmpty && !device.vendor.isEmpty && !device.platformName.isEmpty)
            #expect(device.version.hasPrefix("OpenCL "))
            #expect(!device.driverVersion.isEmpty)
            #expect(device.computeUnits > 0 && device.maximumWorkGroupSize > 0)
            #expect(device.localMemoryBytes > 0 && device.globalMemoryBytes > 0)
            #expect(device.maximumAllocationBytes > 0)
            #expect(device.supportsDouble == (device.nativeVectorWidthDouble > 0))
        }
    }

    @Test func selectorFindsItsDevice() throws {
        for device in try Device.all() {
            let found = try Device.select(device.selector)
            #expect(found.selector == device.selector && found.name == device.name)
        }
    }

    @Test func partOfNameFindsDevice() throws {
        let device = try Device.select(nil)
        #expect(try Device.select(String(device.name.dropFirst(1))).name == device.name)
        #expect(try Device.select(device.name.uppercased()).name == device.name)
        #expect(try Device.select(device.platformName.lowercased()).platformName == device.platformName)
    }

    @Test func nilPrefersGPUThenAcceleratorThenProcessor() throws {
        let kinds = try Device.all().map(\.kind)
        let best = try #require(Device.Kind.allCases.first { kinds.contains($0) })
        #expect(try Device.select(nil).kind == best)
        #expect(Device.Kind.allCases == [.gpu, .accelerator, .cpu, .other])
    }

    @Test func softwareThatEndsLongLoopsIsKnownByName() throws {
        #expect(Device.endsLongLoops("llvmpipe (LLVM 15.0.6, 256 bits)"))
        #expect(!Device.endsLongLoops("pthread-skylake-avx512-AMD EPYC"))
        let usable = try Device.all().contains { !$0.endsLongLoops }
        #expect(try Device.select(nil).endsLongLoops == !usable)
    }

    @Test(arguments: ["no such device", "99:0", "0:99", "-1:0"])
    func nothingMatching(selector: String) throws {
        let error = try #require(throws: OpenCLError.self) { try Device.select(selector) }
        #expect(error.isNoDevice && !error.isOutOfMemory)
        let available = try Device.all()
        #expect(error.description.contains("\"\(selector)\""))
        #expect(available.allSatisfy { error.description.contains("\($0.selector) \($0.name)") })
        #expect(!error.description.contains("\n"))
    }
}
