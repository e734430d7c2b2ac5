public import MDLSTM

/// Takes the mean of each feature off every value and divides by its deviation.
public struct Normalizer: Sendable, Equatable {
    public let mean: [Double], deviation: [Double]

    public init(mean: [Double], deviation: [Double]) { (self.mean, self.deviation) = (mean, deviation) }

    /// The mean and deviation of every feature over samples of a set, at most ``mostSamples`` evenly spread over it.
    ///
    /// - Throws: the errors of reading a sample.
    public init<Element: Scalar>(of data: any DataSet<Element>, features: Int) throws {
        var sums = Array(repeating: 0.0, count: features), squares = sums, count = 0.0
        let step = max(1, data.count / Self.mostSamples)
        for index in stride(from: 0, to: data.count, by: step) {
            let values = try data.sample(at: index).input.converted(to: Double.self).values
            var feature = 0
            for value in values {
                sums[feature] += value
                squares[feature] += value * value
                feature = feature + 1 == features ? 0 : feature + 1
            }
            count += Double(values.count / max(1, features))
        }
        let mean = sums.map { $0 / max(1, count) }
        self.mean = mean
        deviation = zip(squares, mean).map { square, mean in
            let variance = square / max(1, count) - mean * mean
            // A feature that never changes stays as it is.
            return variance > 1e-12 * max(1, mean * mean) ? variance.squareRoot() : 1
        }
    }

    /// Samples that are looked at.
    public static var mostSamples: Int { 2000 }

    @_specialize(where T == Float)
    @_specialize(where T == Double)
    public func callAsFunction<T: Scalar>(_ input: Tensor<T>) -> Tensor<T> {
        let (offsets, factors) = (mean.map { T($0) }, deviation.map { T(1 / $0) })
        var normalized = input
        var feature = 0
        for index in normalized.values.indices {
            normalized.values[index] = (normalized.values[index] - offsets[feature]) * factors[feature]
            feature += 1
            if feature == offsets.count { feature = 0 }
        }
        return normalized
    }
}
