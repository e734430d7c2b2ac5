/// The rows of a layer whose states go from one piece of a sequence to the next, as the reference keeps them.
struct CarriedLayer<T: Scalar> {
    /// `[rows, V, H]`, see `ModelConfiguration.carriedShapes(batch:)`.
    var h: [T], c: [T]
}

extension RecurrentReference {
    mutating func enter(_ state: CarriedLayer<T>) {
        let (first, V) = (schedule.firstBoundaryRow(axis: 0), configuration.carriedVectors)
        for row in 0..<schedule.boundaryCount(axis: 0) {
            for j in 0..<H {
                h[(first + row) * H + j] = state.h[row * V * H + j]
                c[(first + row) * H + j] = state.c[row * H + j]
                for (place, slot) in fedBack.enumerated() {
                    gates[((first + row) * G + slot) * H + j] = state.h[(row * V + 1 + place) * H + j]
                }
            }
        }
    }

    var leaving: CarriedLayer<T> {
        var state = CarriedLayer<T>(h: [], c: [])
        for row in schedule.finalRows(axis: 0).map(Int.init) {
            state.h += h[(row * H)..<(row * H + H)]
            if configuration.options.extended { state.h += c[(row * H)..<(row * H + H)] }
            for slot in fedBack { state.h += gates[((row * G + slot) * H)..<((row * G + slot) * H + H)] }
            state.c += c[(row * H)..<(row * H + H)]
        }
        return state
    }

    /// Slots of the gates that successors read.
    private var fedBack: [Int] { F.isEmpty ? [] : fedBackSlots }
}

extension GridReference {
    mutating func enter(_ state: CarriedLayer<T>) {
        let first = schedule.firstBoundaryRow(axis: 0)
        for row in 0..<schedule.boundaryCount(axis: 0) {
            for j in 0..<H {
                // Along its axis a row hands on the state of that axis alone.
                h[0][(first + row) * H + j] = state.h[row * N * H + j]
                c[0][(first + row) * H + j] = state.c[row * N * H + j]
            }
        }
    }

    var leaving: CarriedLayer<T> {
        var state = CarriedLayer<T>(h: [], c: [])
        for row in schedule.finalRows(axis: 0).map(Int.init) {
            for k in 0..<N {
                state.h += h[k][(row * H)..<(row * H + H)]
                state.c += c[k][(row * H)..<(row * H + H)]
            }
        }
        return state
    }
}
