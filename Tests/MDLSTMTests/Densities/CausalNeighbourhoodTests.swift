import MDLSTM
import Testing
import _TestSupport

/// Neighbourhoods against another program's rows, and by what defines them.
struct CausalNeighbourhoodTests {
    private let picture = Tensor<Double>(
        shape: [9, 8, 1],
        values: [
            212, 139, 235, 254, 62, 142, 245, 211,
            71, 192, 254, 126, 182, 23, 44, 13,
            168, 138, 121, 193, 226, 137, 248, 66,
            52, 53, 110, 99, 162, 47, 140, 147,
            234, 135, 249, 137, 89, 71, 204, 56,
            255, 153, 93, 184, 104, 87, 68, 105,
            10, 160, 25, 64, 60, 103, 231, 149,
            81, 106, 235, 117, 139, 125, 171, 38,
            207, 55, 62, 71, 166, 183, 65, 25,
        ])

    /// Every pixel is its own number: 100 row + 10 column + channel.
    private func numbered(_ height: Int, _ width: Int, _ channels: Int) -> Tensor<Double> {
        var picture = Tensor<Double>(zeros: [height, width, channels])
        for place in picture.values.indices {
            let (row, column) = (place / channels / width, place / channels % width)
            picture.values[place] = Double(100 * row + 10 * column + place % channels)
        }
        return picture
    }

    @Test func agreesWithPublishedRows() throws {
        let neighbourhood = try CausalNeighbourhood(size: 5)
        #expect(neighbourhood.inputSize == 12 && neighbourhood.outputs == [0])
        let (x, y) = neighbourhood.rows(of: picture)
        #expect(x.shape == [7 * 4, 12] && y.shape == [7 * 4, 1])
        #expect(Array(x.values.prefix(12)) == [212, 139, 235, 254, 62, 71, 192, 254, 126, 182, 168, 138])
        #expect(y.values.first == 121)
        #expect(Array(x.values.suffix(12)) == [64, 60, 103, 231, 149, 117, 139, 125, 171, 38, 71, 166])
        #expect(y.values.last == 183)
    }

    @Test(arguments: [(3, 4), (5, 12), (7, 24), (9, 40)]) func sizes(size: Int, inputs: Int) throws {
        for channels in [1, 3] {
            let neighbourhood = try CausalNeighbourhood(size: size, channels: channels)
            #expect(neighbourhood.inputSize == channels * inputs && neighbourhood.outputSize == channels)
            #expect(neighbourhood.rowsBelow == 0)
        }
        let chroma = try CausalNeighbourhood.chromaGivenLuma(size: size)
        #expect(chroma.inputSize == 2 * inputs + size * size && chroma.outputs == [1, 2])
        #expect(chroma.rowsBelow == size / 2 && chroma.rowsAbove == size / 2 && chroma.columnsBeside == size / 2)
    }

    @Test func channelsAreInnermost() throws {
        let (x, y) = try CausalNeighbourhood(size: 3, channels: 2).rows(of: numbered(2, 3, 2))
        #expect(x.values == [0, 1, 10, 11, 20, 21, 100, 101] && y.values == [110, 111])
    }

    @Test func chromaSeesLumaAllAround() throws {
        let neighbourhood = try CausalNeighbourhood.chromaGivenLuma(size: 3)
        let (x, y) = neighbourhood.rows(of: numbered(3, 3, 3))
        #expect(x.values == [1, 2, 11, 12, 21, 22, 101, 102, 0, 10, 20, 100, 110, 120, 200, 210, 220])
        #expect(y.values == [111, 112])
    }

    /// Nothing that is predicted later in raster order is among the inputs.
    @Test func inputsComeBefore() throws {
        for neighbourhood in [try CausalNeighbourhood(size: 7, channels: 3), try .chromaGivenLuma(size: 5)] {
            #expect(Set(neighbourhood.inputs).count == neighbourhood.inputSize)
            for place in neighbourhood.inputs where neighbourhood.outputs.contains(place.channel) {
                #expect(place.row < 0 || place.row == 0 && place.column < 0)
            }
        }
    }

    @Test func validSites() throws {
        let gray = try CausalNeighbourhood(size: 5)
        #expect(gray.validRows(height: 9) == 2..<9 && gray.validColumns(width: 8) == 2..<6)
        #expect(gray.validRows(height: 2).isEmpty && gray.validColumns(width: 4).isEmpty)
        #expect(gray.validRows(height: 0).isEmpty && gray.validColumns(width: 1).isEmpty)
        let chroma = try CausalNeighbourhood.chromaGivenLuma(size: 5)
        #expect(chroma.validRows(height: 9) == 2..<7 && chroma.validRows(height: 4).isEmpty)
        #expect(chroma.rows(of: Tensor(zeros: [4, 7, 3])).x.shape == [0, 49])
        #expect(gray.rows(of: Tensor(zeros: [7, 3, 1])).x.shape == [0, 12])
    }

    /// One site, some rows and all give the same numbers.
    @Test func gathersSiteBySite() throws {
        for neighbourhood in [try CausalNeighbourhood(size: 5, channels: 3), try .chromaGivenLuma(size: 3)] {
            let picture = numbered(7, 11, 3)
            let (x, y) = neighbourhood.rows(of: picture)
            let (rows, columns) = (neighbourhood.validRows(height: 7), neighbourhood.validColumns(width: 11))
            var (sites, outputs): ([Double], [Double]) = ([], [])
            var site = [Double](repeating: .nan, count: neighbourhood.inputSize)
            for row in rows {
                for column in columns {
                    neighbourhood.gather(picture, row: row, column: column, into: &site)
                    sites += site
                    outputs += neighbourhood.outputs.map { picture[row, column, $0] }
                }
            }
            #expect(x.values == sites && y.values == outputs)
            let parts = rows.pieces(ofAtMost: 2).map { neighbourhood.rows(of: picture, at: $0) }
            #expect(parts.flatMap(\.x.values) == x.values && parts.flatMap(\.y.values) == y.values)
        }
    }

    /// <rows(picture), g> = <picture, scatter(g)>, exactly since all are small whole numbers.
    @Test func scatterIsTheTranspose() throws {
        for neighbourhood in [try CausalNeighbourhood(size: 5, channels: 3), try .chromaGivenLuma(size: 3)] {
            let picture = numbered(7, 11, 3)
            let (x, y) = neighbourhood.rows(of: picture)
            let gx = Tensor(shape: x.shape, values: x.values.indices.map { Double($0 * 7 % 13 - 6) })
            let gy = Tensor(shape: y.shape, values: y.values.indices.map { Double($0 * 5 % 11 - 5) })
            var gradient = Tensor<Double>(repeating: 1, shape: picture.shape)
            neighbourhood.scatter(x: gx, y: gy, into: &gradient)
            let ones = Tensor<Double>(repeating: 1, shape: picture.shape)
            #expect(dot(gradient, picture) == dot(ones, picture) + dot(gx, x) + dot(gy, y))
            #expect(gradient != ones)
        }
    }

    @Test func refusesOtherSizes() {
        for size in [-3, 0, 1, 2, 4] {
            let error = #expect(throws: MDLSTMError.self) { try CausalNeighbourhood(size: size) }
            #expect(error?.kind == .option && error?.message.contains("odd size of at least 3") == true)
            #expect(throws: MDLSTMError.self) { try CausalNeighbourhood.chromaGivenLuma(size: size) }
        }
        #expect(throws: MDLSTMError.self) { try CausalNeighbourhood(size: 3, channels: 0) }
    }
}
