internal import COpenCL

#if os(Linux)
    #if canImport(Glibc)
        internal import Glibc
    #else
        internal import Musl
    #endif

    extension AnyBuffer {
        /// From this size on a buffer has large pages: those of most processors are 2 MiB.
        private static var largePageBytes: Int { 2 << 20 }

        /// Asks the system for large pages behind the buffer of a processor, before anything touches it.
        ///
        /// A wavefront meets every line of an image, which lie on a page each: a processor's page table cache has too few
        /// entries for small ones, which cost 2 to 7 % of the time of a training step.
        internal func adviseLargePages() throws(OpenCLError) {
            guard core.device.kind == .cpu, capacity >= 2 * Self.largePageBytes else { return }
            var status = CL_SUCCESS
            let flags = cl_map_flags(CL_MAP_WRITE_INVALIDATE_REGION)
            guard
                let start = clEnqueueMapBuffer(
                    core.queue, memory, cl_bool(CL_TRUE), flags, 0, capacity, 0, nil, nil, &status)
            else { throw OpenCLError(call: "clEnqueueMapBuffer", status: status) }
            // A processor's buffers are mapped where they are. The advice is no more than that: who does not take it has
            // small pages.
            let address = Int(bitPattern: start)
            let first = (address + Self.largePageBytes - 1) / Self.largePageBytes * Self.largePageBytes
            let end = (address + capacity) / Self.largePageBytes * Self.largePageBytes
            if first < end { _ = madvise(UnsafeMutableRawPointer(bitPattern: first), end - first, MADV_HUGEPAGE) }
            status = clEnqueueUnmapMemObject(core.queue, memory, start, 0, nil, nil)
            try check(core.enqueued(status), "clEnqueueUnmapMemObject")
        }
    }
#else
    extension AnyBuffer {
        internal func adviseLargePages() throws(OpenCLError) {}
    }
#endif
