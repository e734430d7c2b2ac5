import MDLSTM
import OpenCLRuntime

extension OpenCLBackend {
    /// The device's own peak in GFLOP/s, two operations a multiply-add: the best of several runs of a kernel that does
    /// nothing else.
    ///
    /// - Throws: `OpenCLError` when the kernel cannot be built or run.
    public func multiplyAddPeak() throws -> Double {
        let traits = library.traits
        let (lanes, chains) = (traits.widestVector(Element.precision), Self.chains)
        let kernel = try multiplyAddKernel(lanes: lanes)
        // Many for each unit: a processor shares them out to the end, a GPU hides the latency of one by the others.
        let items = traits.computeUnits * 32 * traits.tileGroup
        let sums = try context.makeBuffer(of: Element.self, count: items * lanes)
        func seconds(rounds: Int) throws -> Double {
            try timed {
                try kernel.launch(
                    items: items,
                    [.int(rounds), .real(0.5, as: Element.self), .real(1, as: Element.self), .buffer(sums)])
                try context.finish()
            }
        }
        // So long that the launch does not count, and so often that some run has the device to itself.
        var rounds = 1024
        while try seconds(rounds: rounds) < 0.002, rounds < 1 << 24 { rounds *= 2 }
        let best = try (0..<64).map { _ in try seconds(rounds: rounds) }.min()!
        return 2 * Double(items * lanes * chains) * Double(rounds) / best / 1e9
    }

    /// Sums that a work-item of the kernel computes side by side.
    private static var chains: Int { 12 }

    private func multiplyAddKernel(lanes: Int) throws -> CompiledKernel {
        try library.tileKernel("multiply_add_peak", Element.self, lanes: lanes, ["CHAINS": Self.chains])
    }

    /// Normalised error of the kernel's sums after some rounds.
    func multiplyAddError() throws -> Double {
        let (lanes, items, rounds) = (library.traits.widestVector(Element.precision), library.traits.tileGroup, 3)
        let sums = try context.makeBuffer(of: Element.self, count: items * lanes)
        try multiplyAddKernel(lanes: lanes).launch(
            items: items, [.int(rounds), .real(0.5, as: Element.self), .real(1, as: Element.self), .buffer(sums)])
        // x -> x / 2 + 1, three times, over the numbers that an item begins with.
        let expected = (0..<items).flatMap { item in
            let sum = (0..<Self.chains).reduce(0.0) { $0 + Double(item + $1) / 8 + 1.75 }
            return Array(repeating: sum, count: lanes)
        }
        return normalizedError(try sums.read(), expected)
    }

    /// Seconds that a launch costs where many follow one another: those of many short launches beyond those of the same
    /// work in one.
    func launchSeconds() throws -> Double {
        let lanes = library.traits.widestVector(Element.precision)
        let kernel = try multiplyAddKernel(lanes: lanes)
        let items = library.traits.computeUnits * library.traits.tileGroup
        let sums = try context.makeBuffer(of: Element.self, count: items * lanes)
        let launches = 200
        func seconds(launches: Int, rounds: Int) throws -> Double {
            try (0..<20).map { _ in
                try timed {
                    for _ in 0..<launches {
                        try kernel.launch(
                            items: items,
                            [.int(rounds), .real(0.5, as: Element.self), .real(1, as: Element.self), .buffer(sums)])
                    }
                    try context.finish()
                }
            }.min()!
        }
        // As long as a short wavefront: some 20 us.
        var rounds = 64
        while try seconds(launches: 1, rounds: launches * rounds) < Double(launches) * 20e-6, rounds < 1 << 20 {
            rounds *= 2
        }
        let together = try seconds(launches: 1, rounds: launches * rounds)
        return max(0, try seconds(launches: launches, rounds: rounds) - together) / Double(launches)
    }
}

/// Seconds that `body` takes.
func timed(_ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    return try clock.measure(body) / .seconds(1)
}
