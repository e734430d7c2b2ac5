import MDLSTM
import Testing

@testable import MDLSTMOpenCL

/// Which grids keep their buffers.
@Suite struct RecentGridsTests {
    private var recent = RecentGrids<Int>()
    private var made = 0

    /// Visits grids of these lengths in turn; returns how many values were made.
    private mutating func visit(_ lengths: [Int]) throws -> Int {
        made = 0
        for length in lengths {
            let value = try recent.value(for: try Grid(batch: 1, extents: [length])) {
                made += 1
                return length
            }
            #expect(value == length)
        }
        return made
    }

    private var lengths: [Int] { recent.grids.map { $0.extents[0] } }

    @Test mutating func aGridThatCameOnceMakesRoomForTheNext() throws {
        #expect(try visit([1, 2, 3, 4, 5]) == 5)
        #expect(lengths == [5])
    }

    @Test mutating func gridsThatReturnStay() throws {
        #expect(try visit([1, 1, 2, 2, 3]) == 3)
        #expect(lengths == [1, 2, 3])
        #expect(try visit([4, 5]) == 2)
        #expect(lengths == [1, 2, 5])
    }

    /// Each is made anew once, before it is known that it returns.
    @Test mutating func gridsInTurnStayFromTheirSecondTimeOn() throws {
        #expect(try visit([1, 2, 3, 4, 1, 2, 3, 4]) == 8)
        #expect(try visit([1, 2, 3, 4, 3, 1, 4, 2]) == 0)
    }

    @Test mutating func atMostFourStay() throws {
        _ = try visit([1, 1, 2, 2, 3, 3, 4, 4, 5, 5])
        #expect(lengths == [2, 3, 4, 5])
    }
}
