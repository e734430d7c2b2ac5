import Foundation
import MDLSTM
import MDLSTMData
import Testing
import _TestSupport

/// Arrays x and y, and what they mean by shapes and types.
struct ArrayDataTests {
    private let folder: DataFolder

    init() throws { folder = try DataFolder() }

    private func numbers(_ shape: [Int], from first: Float = 0) -> Tensor<Float> {
        Tensor(shape: shape, values: (0..<shape.reduce(1, *)).map { first + Float($0) })
    }

    private func archive(_ members: [(String, [UInt8])]) -> [UInt8] {
        ZipWriter(members: members.map { ZipWriter.Member(name: $0.0, stored: $0.1) }).bytes
    }

    @Test func numbersOfSites() throws {
        try folder.array("x.npy", numbers([2, 3, 5, 1]))
        try folder.array("y.npy", numbers([2, 3, 5, 2], from: 100))
        let data = try folder.open()
        #expect(data.faults == [] && data.channels == nil && data.classes == [])
        #expect(
            data.shape
                == DataShape(kind: .regress, axes: 2, features: 1, outputs: 2, isAnswerPerSample: false))
        #expect(data.summary == "2 samples in arrays, 1 feature, 3x5, 2 numbers a site")
        let second = try data.training(as: Double.self).sample(at: 1)
        #expect(second.input == Tensor(shape: [3, 5, 1], values: (15..<30).map(Double.init)))
        #expect(second.target == .values(Tensor(shape: [3, 5, 2], values: (130..<160).map(Double.init))))
    }

    /// Every meaning of y by its type, shape and the kind asked for.
    @Test func meaningsOfTargets() throws {
        try folder.array("x.npy", numbers([3, 5, 2]))
        let float = { (shape: [Int]) in NumpyArray(numbers(shape)).serialized() }
        let label = { (shape: [Int]) in integers((0..<Int64(shape.reduce(1, *))).map { $0 % 2 }, shape, "<i2") }
        let cases: [(y: [UInt8], kind: TaskKind?, DataShape, Sample<Float>.Target)] = [
            (float([3]), nil, shape(.regress, 1, true), .values(Tensor(shape: [1], values: [1]))),
            (float([3, 2]), nil, shape(.regress, 2, true), .values(Tensor(shape: [2], values: [2, 3]))),
            (float([3, 5, 1]), nil, shape(.regress, 1, false), .values(numbers([5, 1], from: 5))),
            (label([3, 5]), nil, shape(.labelSites, 2, false), .labels(Tensor(shape: [5], values: [1, 0, 1, 0, 1]))),
            (label([3]), nil, shape(.classify, 2, true), .labels(Tensor(shape: [], values: [1]))),
            (label([3]), .regress, shape(.regress, 1, true), .values(Tensor(shape: [1], values: [1]))),
            (float([3, 2]), .classify, shape(.classify, 2, true), .values(Tensor(shape: [2], values: [2, 3]))),
            (float([3, 5, 2]), .labelSites, shape(.labelSites, 2, false), .values(numbers([5, 2], from: 10))),
            (float([3]), .classify, shape(.classify, 3, true), .labels(Tensor(shape: [], values: [1]))),
        ]
        for (y, kind, shape, target) in cases {
            try folder.put("y.npy", y)
            let data = try folder.open { $0.kind = kind }
            #expect(data.shape == shape && data.faults == [], "\(shape)")
            #expect(try data.training(as: Float.self).sample(at: 1).target == target, "\(shape)")
        }
    }

    private func shape(_ kind: TaskKind, _ outputs: Int, _ isPerSample: Bool) -> DataShape {
        DataShape(kind: kind, axes: 1, features: 2, outputs: outputs, isAnswerPerSample: isPerSample)
    }

    /// Samples of own extents; what lies beyond them is not looked at.
    @Test func lengthsCutSamples() throws {
        var x = numbers([2, 3, 5, 1]), y = Array(repeating: Int64(0), count: 30)
        x.values[4] = .nan
        y[5] = 99
        y[15] = 1
        try folder.put(
            "a.npz",
            archive([
                ("x.npy", NumpyArray(x).serialized()), ("y.npy", integers(y, [2, 3, 5])),
                ("lengths.npy", integers([1, 4, 3, 2], [2, 2], "<i4")),
            ]))
        let data = try folder.open("a.npz")
        #expect(data.faults == [] && data.classes == ["0", "1"] && data.classCounts == [9, 1])
        #expect(data.extents.least == [1, 2] && data.extents.most == [3, 4])
        let set = data.training(as: Float.self)
        #expect(try set.allExtents == [[1, 4], [3, 2]])
        #expect(try set.sample(at: 0).input.values == [0, 1, 2, 3])
        #expect(try set.sample(at: 1).input == Tensor(shape: [3, 2, 1], values: [15, 16, 20, 21, 25, 26]))
        #expect(try set.sample(at: 1).target == .labels(Tensor(shape: [3, 2], values: [1, 0, 0, 0, 0, 0])))
    }

    @Test func prefixesNameParts() throws {
        for (name, count) in [("train", 3), ("val", 2), ("test", 1)] {
            try folder.array("\(name)_x.npy", numbers([count, 5, 1]))
            try folder.array("\(name)_y.npy", numbers([count, 1]))
        }
        let data = try folder.open()
        #expect(DataPart.allCases.map { data.count($0) } == [3, 2, 1] && data.count == 6)
        // One archive with everything, as Keras has it.
        let folder = try DataFolder()
        try folder.put(
            "mnist.npz",
            archive([
                ("x_train.npy", NumpyArray(numbers([3, 5, 1])).serialized()),
                ("y_train.npy", integers([0, 1, 2], [3])),
                ("x_test.npy", NumpyArray(numbers([2, 5, 1])).serialized()), ("y_test.npy", integers([0, 1], [2])),
            ]))
        let other = try folder.open("mnist.npz")
        #expect(other.count(.training) == 3 && other.count(.test) == 2 && other.shape.kind == .classify)
    }

    /// Nothing is kept of a .npy file: a sample is what the file holds when it is asked for.
    @Test func samplesAreReadWhenAskedFor() throws {
        try folder.array("x.npy", numbers([4, 7, 1]))
        try folder.put("y.npy", integers([0, 1, 0, 1], [4]))
        let set = try folder.open().training(as: Float.self)
        let file = try #require(FileHandle(forUpdatingAtPath: folder.path("x.npy")))
        try file.seek(toOffset: 128 + 4 * (2 * 7 + 3))
        try file.write(contentsOf: withUnsafeBytes(of: Float(-1)) { Data($0) })
        try file.close()
        #expect(try set.sample(at: 2).input.values == [14, 15, 16, -1, 18, 19, 20])
    }

    @Test func faultsHaveTheirPlace() throws {
        var x = numbers([3, 2, 5, 1])
        x.values[7] = .nan
        x.values[28] = -.infinity
        try folder.array("x.npy", x)
        try folder.put("y.npy", integers(Array(repeating: 0, count: 27) + [-1, 5, 1], [3, 2, 5]))
        let nan =
            "x.npy: NaN at x[0, 1, 2, 0], expected finite numbers that fit 32 bits; replace it, or take the sample out"
        let infinity =
            "x.npy: -inf at x[2, 1, 3, 0], expected finite numbers that fit 32 bits; replace it, or take the sample out"
        func beyond(_ label: Int, _ column: Int, _ expected: String) -> String {
            "y.npy: label \(label) at y[2, 1, \(column)], expected \(expected); correct it, or have it ignored by "
                + "\"ignoreLabel\": \(label) in the config's task"
        }
        try folder.expectFaults([nan, infinity, beyond(-1, 2, "0 to 5")])
        try folder.expectFaults([nan, infinity]) { $0.ignoredLabels = [-1] }
        try folder.expectFaults([nan, infinity, beyond(5, 3, "0 to 1, the numbers of the config's classes")]) {
            ($0.ignoredLabels, $0.classes) = ([-1], ["a", "b"])
        }
        let data = try folder.open { ($0.skipsBad, $0.ignoredLabels) = (true, [-1]) }
        #expect(data.leftOut == 2 && data.training(as: Float.self).names == ["sample 1"])
    }

    @Test func countsAndShapesMustAgree() throws {
        try folder.array("x.npy", numbers([3, 5, 1]))
        try folder.put("y.npy", integers([0, 1], [2]))
        try folder.expectFaults(["y.npy: 2 rows of y, but x has 3; save as many targets as samples"])
        #expect(try folder.open().faults.allSatisfy { !$0.canBeLeftOut })
        try folder.put("y.npy", integers(Array(repeating: 1, count: 15), [3, 5, 1]))
        folder.expectRefusal(["y.npy: expected [B] or [B, E..] of integers for x of the shape [3, 5, 1]", "[3, 5, 1]"])
        try folder.array("y.npy", numbers([3, 4, 1]))
        folder.expectRefusal(["y.npy: expected [B, E.., O]", "[3, 4, 1]"])
        try folder.array("y.npy", numbers([3, 5, 2]))
        try folder.put("lengths.npy", integers([1, 5], [2]))
        folder.expectRefusal(["lengths.npy: expected the shape [3, 1]", "[2]"])
    }

    /// Every sample whose extents are none of the array's.
    @Test func lengthsThatAreWrong() throws {
        try folder.array("x.npy", numbers([6, 5, 3, 1]))
        try folder.put("y.npy", integers((0..<90).map { $0 % 2 }, [6, 5, 3]))
        let lengths: [Float] = [1, 3, 6, 3, 5, -1, 0, 3, 2.5, 3, 5, .nan]
        try folder.array("lengths.npy", Tensor(shape: [6, 2], values: lengths))
        func fault(_ extents: String, _ sample: Int) -> String {
            "lengths.npy: \(extents) at lengths[\(sample)], expected extents from 1 to [5, 3]; correct them, or leave the sample "
                + "out"
        }
        try folder.expectFaults([
            fault("[6, 3]", 1), fault("[5, -1]", 2), fault("[0, 3]", 3), fault("[2.5, 3]", 4), fault("[5, nan]", 5),
        ])
        let data = try folder.open { $0.skipsBad = true }
        #expect(data.leftOut == 5 && data.training(as: Float.self).names == ["sample 0"])
        #expect(data.summary == "1 sample in arrays, 1 feature, 1x3, 2 classes, 5 left out")
        #expect(data.extents.least == [1, 3] && data.extents.most == [1, 3])
    }

    /// Nothing is left to learn from: that cannot be left out.
    @Test func everySampleIsLeftOut() throws {
        try folder.array("x.npy", Tensor(shape: [2, 3, 1], values: Array(repeating: .nan, count: 6)))
        try folder.put("y.npy", integers([0, 1], [2]))
        let data = try folder.open { $0.skipsBad = true }
        #expect(data.faults.count == 3 && data.leftOut == 2 && data.count == 0)
        #expect(
            data.faults.last?.message
                == "\(folder.path): no sample without a fault, expected at least one; mend some")
        #expect(data.faults.last?.canBeLeftOut == false)
        #expect(try folder.open().faults.count == 2)
    }

    @Test func distributionsAreNotNegative() throws {
        try folder.array("x.npy", numbers([2, 3, 1]))
        var y = numbers([2, 3, 2])
        y.values[9] = -0.5
        try folder.array("y.npy", y)
        try folder.expectFaults([
            "y.npy: -0.5 at y[1, 1, 1], expected probabilities, from 0; save a distribution over the classes"
        ]) { $0.kind = .labelSites }
    }

    /// A label beyond any number of classes makes no names.
    @Test func wildLabelsAreFaults() throws {
        try folder.array("x.npy", numbers([2, 3, 1]))
        try folder.put("y.npy", integers([0, 1 << 40], [2]))
        #expect(try folder.open().faults.map(\.found) == ["label 1099511627776 at y[1]"])
        try folder.put("y.npy", integers([0, 1 << 30], [2]))
        #expect(try folder.open().faults.first?.found == "label 1073741824 at y[1]")
    }

    @Test func limitIsSpreadEvenly() throws {
        try folder.array("x.npy", numbers([10, 3, 1]))
        try folder.array("y.npy", numbers([10]))
        let data = try folder.open { $0.limit = 4 }
        #expect(data.training(as: Float.self).names == ["sample 0", "sample 2", "sample 5", "sample 7"])
    }
}

extension Sample {
    fileprivate typealias Target = TrainingTarget<Element>
}
