/// The shape of a convolution: its window, its stride, and whether the grid is padded with zeros.
package struct ConvolutionWindow: Hashable, Sendable {
    /// Extents of the window and steps from one output site to the next, `[N]` both.
    package let extents: [Int], stride: [Int]
    package let padding: ConvolutionPadding

    package init(extents: [Int], stride: [Int], padding: ConvolutionPadding) {
        (self.extents, self.stride, self.padding) = (extents, stride, padding)
    }

    /// Output sites along axis `k` for `extent` sites.
    func count(_ extent: Int, axis k: Int) -> Int {
        switch padding {
        case .same: (extent + stride[k] - 1) / stride[k]
        case .none: max(0, extent - extents[k] + stride[k]) / stride[k]
        }
    }

    /// The input coordinate at each place of the window of each output coordinate, `[outputs, extents[k]]`, -1 for zeros.
    fileprivate func coordinates(_ extent: Int, axis k: Int) -> [Int] {
        let outputs = count(extent, axis: k)
        // What is missing is added half before and half behind, the odd one behind.
        let missing = padding == .same ? max(0, (outputs - 1) * stride[k] + extents[k] - extent) : 0
        return (0..<outputs).flatMap { output in
            (0..<extents[k]).map { place in
                let coordinate = output * stride[k] + place - missing / 2
                return (0..<extent).contains(coordinate) ? coordinate : -1
            }
        }
    }
}

/// Which site of a grid each place of the window of each output site holds, and back.
package struct ConvolutionTable: Sendable {
    package let outputGrid: Grid

    /// Input site at each place of each output site's window, `[outputs, places]`, -1 for zeros.
    package private(set) var sites: [Int32]

    /// Places `output * places + place` that hold each input site, `[sites, terms]`, -1 where there are fewer.
    package private(set) var places: [Int32]

    /// Places of a window, and the most places that hold one site.
    package let placeCount: Int, termCount: Int

    /// Places of a window that hold neighbours, or none of them a site, from every multiple of it on: a row of the window
    /// where nothing is padded, else 1.
    package private(set) var run = 1

    package init(grid: Grid, window: ConvolutionWindow) throws(MDLSTMError) {
        outputGrid = try Self.outputGrid(of: grid, window: window)
        placeCount = window.extents.reduce(1, *)
        termCount = zip(window.extents, window.stride).reduce(1) { $0 * (($1.0 + $1.1 - 1) / $1.1) }
        sites = Array(repeating: -1, count: outputGrid.siteCount * placeCount)
        places = Array(repeating: -1, count: grid.siteCount * termCount)
        let (placeCount, termCount) = (placeCount, termCount)
        var known: [[Int]: Part] = [:]
        var counts = Array(repeating: 0, count: grid.siteCount)
        for b in 0..<grid.batch {
            let extents = grid.samples[b]
            let part = known[extents] ?? Part(extents, of: grid, to: outputGrid, window: window)
            known[extents] = part
            let (firstInput, firstEntry) = (b * grid.sitesPerSample, b * outputGrid.sitesPerSample * placeCount)
            sites.withUnsafeMutableBufferPointer { sites in
                places.withUnsafeMutableBufferPointer { places in
                    counts.withUnsafeMutableBufferPointer { counts in
                        part.forEachPlace { place, site in
                            let (entry, input) = (firstEntry + place, firstInput + site)
                            sites[entry] = Int32(input)
                            places[input * termCount + counts[input]] = Int32(entry)
                            counts[input] += 1
                        }
                    }
                }
            }
        }
        if let extent = window.extents.last, hasRuns(of: extent) { run = extent }
    }

    /// The first of each ``run`` of ``sites``.
    package var firstSites: [Int32] { run == 1 ? sites : stride(from: 0, to: sites.count, by: run).map { sites[$0] } }

    private func hasRuns(of extent: Int) -> Bool {
        sites.withUnsafeBufferPointer { sites in
            stride(from: 0, to: sites.count, by: extent).allSatisfy { first in
                (1..<extent).allSatisfy {
                    sites[first + $0] == (sites[first] < 0 ? -1 : sites[first] + Int32($0))
                }
            }
        }
    }

    /// The grid of output sites.
    ///
    /// - Throws: ``MDLSTMError`` where the window is larger than the grid's extents and nothing is padded.
    package static func outputGrid(of grid: Grid, window: ConvolutionWindow) throws(MDLSTMError) -> Grid {
        func counts(_ extents: [Int]) -> [Int] { extents.enumerated().map { window.count($1, axis: $0) } }
        let extents = counts(grid.extents)
        guard !extents.contains(0) else {
            throw MDLSTMError(
                .data,
                "a convolution without padding has the window \(window.extents); expected a grid at least as large, found "
                    + "extents \(grid.extents); use padding \"same\" or leave such samples out")
        }
        return try Grid(extents: extents, samples: grid.samples.map(counts))
    }

    /// The windows of a sample, within its storage.
    private struct Part {
        /// Of each row of outputs along the last axis its first storage site, and the first storage sites of the rows of inputs
        /// in its windows, `[rows, windowRows]`, -1 for zeros.
        private var outputs = [0], inputs = [0]

        /// The input coordinate at each place of each output along the last axis, `[outputs, places]`, -1 for zeros.
        private let coordinates: [Int]

        /// Rows of a window, and places along its last axis.
        private let rows: Int, length: Int

        init(_ extents: [Int], of grid: Grid, to outputGrid: Grid, window: ConvolutionWindow) {
            let last = extents.count - 1
            for k in extents.indices.dropLast() {
                let (count, size) = (window.count(extents[k], axis: k), window.extents[k])
                let coordinates = window.coordinates(extents[k], axis: k)
                let width = inputs.count / max(1, outputs.count)
                var (nextOutputs, nextInputs): ([Int], [Int]) = ([], [])
                nextInputs.reserveCapacity(inputs.count * count * size)
                for (index, output) in outputs.enumerated() {
                    for step in 0..<count {
                        nextOutputs.append(output * outputGrid.extents[k] + step)
                        for place in 0..<width {
                            let input = inputs[index * width + place]
                            for own in coordinates[(step * size)..<(step * size + size)] {
                                nextInputs.append(input < 0 || own < 0 ? -1 : input * grid.extents[k] + own)
                            }
                        }
                    }
                }
                (outputs, inputs) = (nextOutputs, nextInputs)
            }
            guard last >= 0 else {
                // A sample is a single site.
                (rows, length, coordinates) = (1, 1, [0])
                return
            }
            length = window.extents[last]
            rows = window.extents.dropLast().reduce(1, *)
            coordinates = window.coordinates(extents[last], axis: last)
            outputs = outputs.map { $0 * outputGrid.extents[last] }
            inputs = inputs.map { $0 < 0 ? -1 : $0 * grid.extents[last] }
        }

        /// Calls `body` with every place of a window that holds a site, `output * places + place`, and the site.
        @inline(__always)
        func forEachPlace(_ body: (Int, Int) -> Void) {
            let count = coordinates.count / length
            coordinates.withUnsafeBufferPointer { coordinates in
                for (index, output) in outputs.enumerated() {
                    for step in 0..<count {
                        var entry = (output + step) * rows * length
                        for row in inputs[(index * rows)..<(index * rows + rows)] {
                            for own in coordinates[(step * length)..<(step * length + length)] {
                                if row >= 0, own >= 0 { body(entry, row + own) }
                                entry += 1
                            }
                        }
                    }
                }
            }
        }
    }
}
