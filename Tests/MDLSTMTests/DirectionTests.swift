import MDLSTM
import Testing

struct DirectionTests {
    @Test func allFollowTheirSignBits() {
        #expect(Direction.all(axes: 1).map(\.description) == ["+", "-"])
        #expect(Direction.all(axes: 2).map(\.description) == ["++", "+-", "-+", "--"])
        #expect(
            Direction.all(axes: 3).map(\.description)
                == ["+++", "++-", "+-+", "+--", "-++", "-+-", "--+", "---"])
        #expect(Direction.all(axes: 4).map(\.signBits) == Array(0..<16))
    }

    @Test func signsAreReadAndWritten() {
        let direction: Direction = "+-+"
        #expect(direction.reversed == [false, true, false])
        #expect(direction.axes == 3)
        #expect(direction.signBits == 2)
        #expect(direction.description == "+-+")
        #expect(direction == Direction(reversed: [false, true, false]))
        #expect(Direction.forward(axes: 2) == "++")
    }

    @Test(arguments: ["", "+ -", "+x", "0", " ++", "+-\n", "\u{2212}"]) func otherTextIsRefused(_ text: String) {
        #expect(Direction(text) == nil)
    }
}
