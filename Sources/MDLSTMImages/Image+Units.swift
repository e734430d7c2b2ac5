public import MDLSTM

extension Image {
    /// The mean over all hidden units at every site, from the least (black) to the largest (white).
    ///
    /// - Parameter output: A layer's output for one image, `[1, E1, E2, units]`.
    @_specialize(where T == Float)
    @_specialize(where T == Double)
    public init<T: Scalar>(meanOverUnitsOf output: Tensor<T>) {
        precondition(output.shape.count == 4 && output.shape[0] == 1, "shape \(output.shape) is no single image")
        let units = output.shape[3]
        var means: [T] = []
        means.reserveCapacity(output.count / units)
        for first in stride(from: 0, to: output.count, by: units) {
            var sum: T = 0
            for unit in 0..<units { sum += output.values[first + unit] }
            means.append(sum / T(units))
        }
        let (least, largest) = (means.min() ?? 0, means.max() ?? 1)
        let range = least < largest ? least...largest : least...(least + 1)
        self.init(Tensor(shape: [output.shape[1], output.shape[2]], values: means), scaling: range)
    }
}
