/// A part of a grid along its first axis.
///
/// States move along axis 1 in one direction only, so a layer can compute one band after the other in scan order: the
/// states that leave a band enter the next.
package struct Band: Sendable {
    /// The band's sites of axis 1.
    package let sites: Range<Int>

    /// The samples that have some of them, in order: all but those of a ragged batch that end before.
    package let samples: [Int]

    /// What these samples have of it.
    package let grid: Grid
}

extension Grid {
    /// The grid in bands of `height` sites, the last of those that are left; one band where no sample has sites.
    ///
    /// - Precondition: the grid has an axis, and `height` is positive.
    package func bands(height: Int) throws(MDLSTMError) -> [Band] {
        let reached = samples.map { $0[0] }.max()!
        if reached == 0 {
            let empty = try Grid(extents: [1] + extents.dropFirst(), samples: samples)
            return [Band(sites: 0..<1, samples: Array(samples.indices), grid: empty)]
        }
        var bands: [Band] = []
        for sites in (0..<reached).pieces(ofAtMost: height) {
            let present = samples.indices.filter { samples[$0][0] > sites.lowerBound }
            let parts = present.map { b in
                [min(samples[b][0], sites.upperBound) - sites.lowerBound] + samples[b].dropFirst()
            }
            let grid = try Grid(extents: [sites.count] + extents.dropFirst(), samples: parts)
            bands.append(Band(sites: sites, samples: present, grid: grid))
        }
        return bands
    }
}

extension LayerConfiguration {
    /// The directions by the order in which they pass through bands: those that scan axis 1 forwards, then those that scan
    /// it backwards.
    ///
    /// In the order of the sign bits the first axis comes first, so each group is a range.
    package var bandGroups: [Range<Int>] {
        let forward = directions.prefix { !$0.reversed[0] }.count
        return [0..<forward, forward..<directions.count].filter { !$0.isEmpty }
    }

    /// The layer of some of the directions.
    package func part(_ range: Range<Int>) -> LayerConfiguration {
        var part = self
        part.directions = Array(directions[range])
        return part
    }
}

extension ParameterTensors {
    /// The parameters of some of a layer's directions.
    ///
    /// The first axis of every tensor has the directions, in an untied `grid` for one depth after the other.
    ///
    /// - Parameters:
    ///   - range: the directions
    ///   - count: all directions of the layer
    package func part(_ range: Range<Int>, of count: Int) -> ParameterTensors {
        var part = ParameterTensors()
        for (name, tensor) in entries {
            let perSet = tensor.count / tensor.shape[0]
            let values = (0..<tensor.shape[0]).filter { range.contains($0 % count) }.flatMap {
                tensor.values[($0 * perSet)..<(($0 + 1) * perSet)]
            }
            part[name] = Tensor(
                shape: [tensor.shape[0] / count * range.count] + tensor.shape.dropFirst(), values: values)
        }
        return part
    }
}
