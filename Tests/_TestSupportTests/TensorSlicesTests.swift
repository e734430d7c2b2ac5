import MDLSTM
import Testing
import _TestSupport

struct TensorSlicesTests {
    private let tensor = Tensor(shape: [2, 3, 2], values: Array(0..<12))

    @Test func slicesKeepTheOrder() {
        #expect(tensor.slice(1..<2) == Tensor(shape: [1, 3, 2], values: [6, 7, 8, 9, 10, 11]))
        #expect(tensor.slice(0..<2, 1..<3, 1..<2) == Tensor(shape: [2, 2, 1], values: [3, 5, 9, 11]))
    }

    @Test func flipsReverseOneAxis() {
        #expect(tensor.flipped(axis: 0).values == [6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 4, 5])
        #expect(tensor.flipped(axis: 1).values == [4, 5, 2, 3, 0, 1, 10, 11, 8, 9, 6, 7])
        #expect(tensor.flipped(axis: 2).flipped(axis: 2) == tensor)
    }

    @Test func joiningUndoesSlicing() {
        for axis in 0..<3 {
            let whole = tensor.shape.map { 0..<$0 }
            var (first, second) = (whole, whole)
            first[axis] = 0..<1
            second[axis] = 1..<tensor.shape[axis]
            #expect(Tensor.joined([tensor.slice(first), tensor.slice(second)], axis: axis) == tensor)
        }
    }
}
