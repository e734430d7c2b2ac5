// Changes that interpolate: of pictures whose answer is not one of single sites.
extension Augmentation {
    /// Stretched and slanted about its middle row, then with strokes of another width; `[H, W, I]` to `[H, W', I]`. An input
    /// of other axes stays as it is.
    @_specialize(where T == Float)
    @_specialize(where T == Double)
    func warped<T: Scalar>(_ input: Tensor<T>, _ stream: RandomStream) -> Tensor<T> {
        guard input.shape.count == 3, !input.values.isEmpty else { return input }
        func drawn(_ most: Double, _ element: Int) -> Double { most * (2 * stream.uniform(element) - 1) }
        var warped = input
        if stretch > 0 || shear > 0 {
            warped = slanted(input, by: shear > 0 ? drawn(shear, Draw.shear) : 0, factor: factor(stream))
        }
        if stroke > 0 { restroke(&warped, by: T(drawn(stroke, Draw.stroke))) }
        return warped
    }

    /// The extents of a sample as ``apply(to:seed:epoch:number:)`` stretches it.
    package func stretched(_ extents: [Int], seed: UInt64, epoch: Int, number: Int) -> [Int] {
        guard stretch > 0, extents.count == 2, !extents.contains(0) else { return extents }
        let stream = Self.stream(seed: seed, epoch: epoch, number: number)
        return [extents[0], Self.width(extents[1], stretchedBy: factor(stream))]
    }

    private func factor(_ stream: RandomStream) -> Double {
        stretch > 0 ? 1 + stretch * (2 * stream.uniform(Draw.stretch) - 1) : 1
    }

    private static func width(_ width: Int, stretchedBy factor: Double) -> Int {
        max(1, Int((Double(width) * factor).rounded()))
    }

    /// Every row moved and stretched, linear between two columns; beyond the border its column goes on.
    @_specialize(where T == Float)
    @_specialize(where T == Double)
    private func slanted<T: Scalar>(_ input: Tensor<T>, by slant: Double, factor: Double) -> Tensor<T> {
        let (H, W, I) = (input.shape[0], input.shape[1], input.shape[2])
        let width = Self.width(W, stretchedBy: factor)
        let step = Double(W) / Double(width)
        var values = Array(repeating: T(0), count: H * width * I)
        input.values.withUnsafeBufferPointer { from in
            for row in 0..<H {
                let offset = slant * (Double(row) - Double(H - 1) / 2)
                for column in 0..<width {
                    let place = min(max((Double(column) + 0.5) * step - 0.5 + offset, 0), Double(W - 1))
                    let left = Int(place)
                    let right = min(left + 1, W - 1)
                    let share = T(place - Double(left))
                    for feature in 0..<I {
                        let (a, b) = (from[(row * W + left) * I + feature], from[(row * W + right) * I + feature])
                        values[(row * width + column) * I + feature] = a + share * (b - a)
                    }
                }
            }
        }
        return Tensor(shape: [H, width, I], values: values)
    }

    /// Each value a share of the way to the largest around it, or with a negative share to the smallest.
    @_specialize(where T == Float)
    @_specialize(where T == Double)
    private func restroke<T: Scalar>(_ input: inout Tensor<T>, by share: T) {
        let (H, W, I) = (input.shape[0], input.shape[1], input.shape[2])
        let widens = share > 0
        /// The extreme of each value and those before and after it, `step` apart, in lines of `count` that do so.
        func extremes(_ values: [T], count: Int, step: Int) -> [T] {
            var found = values
            values.withUnsafeBufferPointer { values in
                for index in values.indices {
                    let place = index / step % count
                    let before = place > 0 ? values[index - step] : values[index]
                    let after = place + 1 < count ? values[index + step] : values[index]
                    found[index] = widens ? max(values[index], before, after) : min(values[index], before, after)
                }
            }
            return found
        }
        let around = extremes(extremes(input.values, count: W, step: I), count: H, step: W * I)
        let part = abs(share)
        for index in input.values.indices { input.values[index] += part * (around[index] - input.values[index]) }
    }
}
