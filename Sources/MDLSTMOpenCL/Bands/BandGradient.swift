import MDLSTM
import OpenCLRuntime

/// The gradients by the states that entered a band along axis 1, for those that left the band before it.
struct BandGradient<Element: Scalar> {
    /// The samples they are of.
    let samples: [Int]

    /// `[D, samples, face, RETURNED, HP]`.
    let values: Buffer<Element>
}

extension Recurrent {
    /// The gradients by the states that entered along axis 1.
    ///
    /// - Parameter samples: the numbers of the samples in the whole batch
    func enteringGradient(of samples: [Int]) throws -> BandGradient<Element> {
        let count = schedule.host.boundaryCount(axis: 0) / directions
        let width = cell.returned * padded
        let values = try makeBuffer("returned", count: directions * count * width)
        for direction in 0..<directions {
            try boundaryGradient(
                axis: 0, direction: direction, h: values, c: values, target: direction * count * width, stride: width,
                offsetOfC: nil, apart: true)
        }
        return BandGradient(samples: samples, values: values)
    }

    /// Sets the gradients by the states that leave a band for the next backward pass.
    ///
    /// - Parameters:
    ///   - gradient: by those that entered the band after it; nil in the last
    ///   - samples: the numbers of this band's samples in the whole batch
    ///   - given: by the states that leave along all axes; nil for zeros
    func setLeavingGradient(
        _ gradient: BandGradient<Element>?, samples: [Int], given: BoundaryState<Element>?
    ) throws {
        let leaving = try makeLeavingGradient(axes: given == nil ? 1 : configuration.axes)
        if let given { try setFinalStateGradient(given) } else { try leaving.values.fill(with: 0) }
        guard let gradient else { return }
        try copyFaces(
            from: gradient.values, of: gradient.samples, to: leaving.values, of: samples, at: 0,
            width: cell.returned * padded)
    }
}
