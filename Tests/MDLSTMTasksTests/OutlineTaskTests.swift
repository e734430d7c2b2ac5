import MDLSTM
import MDLSTMImages
import MDLSTMTasks
import Testing

/// Pictures of outlines and their labels.
struct OutlineTaskTests {
    /// The same number, the same picture; another number or seed, another.
    @Test func isAFunctionOfSeedAndNumber() {
        let task = OutlineTask(seed: 7)
        #expect(task.picture(11) == OutlineTask(seed: 7).picture(11))
        #expect(task.picture(11) != task.picture(12))
        #expect(task.picture(11) != OutlineTask(seed: 8).picture(11))
    }

    /// The bits of one picture, so that no machine or release draws another.
    @Test func bitsAreFixed() {
        let picture = OutlineTask(seed: 1).picture(5)
        // FNV-1a.
        func hash(_ bytes: [UInt8]) -> UInt64 {
            bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        }
        #expect([picture.image.width, picture.image.height] == [40, 30])
        #expect(hash(picture.image.pixels) == 0x8f49437e4ce8f59a)
        #expect(hash(picture.labels.indices) == 0x94b2ec3198a9ff3e)
    }

    /// Inside is what the outline parts from the border: found here by distances that shrink row by row, not by a walk.
    @Test(arguments: 0..<24)
    func insideIsEnclosed(_ number: Int) {
        let labels = OutlineTask(seed: 2).picture(number).labels
        let (width, height) = (labels.width, labels.height)
        func label(_ row: Int, _ column: Int) -> UInt8 { labels.indices[row * width + column] }
        #expect(OutlineTask.extents.contains(width) && OutlineTask.extents.contains(height))
        // Outlines leave the border free.
        for row in 0..<height { #expect(label(row, 0) == 0 && label(row, width - 1) == 0) }
        for column in 0..<width { #expect(label(0, column) == 0 && label(height - 1, column) == 0) }
        var isOpen = (0..<(width * height)).map { labels.indices[$0] != 1 && ($0 < width || $0 % width == 0) }
        var hasChanged = true
        while hasChanged {
            hasChanged = false
            for site in isOpen.indices where !isOpen[site] && labels.indices[site] != 1 {
                let (row, column) = (site / width, site % width)
                let isReached =
                    row > 0 && isOpen[site - width] || row < height - 1 && isOpen[site + width]
                    || column > 0 && isOpen[site - 1] || column < width - 1 && isOpen[site + 1]
                if isReached { (isOpen[site], hasChanged) = (true, true) }
            }
        }
        for site in isOpen.indices {
            #expect(labels.indices[site] == (isOpen[site] ? 0 : labels.indices[site] == 1 ? 1 : 2))
        }
    }

    /// All classes occur, outlines with a gap too, and none can be told by the gray of a pixel.
    @Test func classesNeedContext() {
        var counts = [0, 0, 0], grays = [0.0, 0, 0]
        var outlinesAlone = 0
        for number in 0..<60 {
            let picture = OutlineTask(seed: 1).picture(number)
            for (label, gray) in zip(picture.labels.indices, picture.image.pixels) {
                counts[Int(label)] += 1
                grays[Int(label)] += Double(gray)
            }
            let found = Set(picture.labels.indices)
            #expect(found.contains(1) && found.contains(0), "number \(number)")
            if !found.contains(2) { outlinesAlone += 1 }
        }
        let total = Double(counts.reduce(0, +))
        #expect(counts.allSatisfy { Double($0) > 0.08 * total }, "\(counts)")
        #expect(outlinesAlone > 2 && outlinesAlone < 30, "\(outlinesAlone)")
        let (outside, inside) = (grays[0] / Double(counts[0]), grays[2] / Double(counts[2]))
        #expect((outside - inside).magnitude < 6, "\(outside) \(inside)")
    }

    /// The picture shows its labels: without noise and light, the pen is what differs from the ground.
    @Test func outlineDiffersFromItsSurroundings() {
        for number in 0..<20 {
            let picture = OutlineTask(seed: 4).picture(number)
            let width = picture.labels.width
            // Means of the outline and of the ground in the same rows, so that light does not count.
            var differences: [Double] = []
            for row in 0..<picture.labels.height {
                let sites = (row * width)..<((row + 1) * width)
                func mean(_ isOutline: Bool) -> Double? {
                    let own = sites.filter { (picture.labels.indices[$0] == 1) == isOutline }
                    let sum = own.reduce(0) { $0 + Double(picture.image.pixels[$1]) }
                    return own.isEmpty ? nil : sum / Double(own.count)
                }
                if let pen = mean(true), let ground = mean(false) { differences.append(pen - ground) }
            }
            let mean = differences.reduce(0, +) / Double(differences.count)
            #expect(mean.magnitude > 0.15 * 255, "number \(number): \(mean)")
        }
    }

    @Test func labelsHaveTheColoursOfExamples() {
        let picture = OutlineTask(seed: 1).picture(0)
        #expect(picture.labels.palette == (0..<3).map(LabelColors.color))
        #expect(OutlineTask.classes.count == 3)
        #expect(picture.image.channels == 1)
        #expect(picture.image.width == picture.labels.width && picture.image.height == picture.labels.height)
    }
}
