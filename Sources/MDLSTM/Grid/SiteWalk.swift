/// Calls `body` for every coordinate within `extents`, the last axis fastest, with the sums over the axes of what each of two
/// tables has for it.
///
/// - Parameters:
///   - first, second: a number for each coordinate along each axis, `[N][extents[k]]` or more
@inline(__always)
func forEachSite(in extents: [Int], _ first: [[Int]], _ second: [[Int]], _ body: (Int, Int) -> Void) {
    guard extents.allSatisfy({ $0 > 0 }) else { return }
    guard let length = extents.last else { return body(0, 0) }
    var rows = [(first: 0, second: 0)]
    for k in extents.indices.dropLast() {
        rows = rows.flatMap { row in (0..<extents[k]).map { (row.first + first[k][$0], row.second + second[k][$0]) } }
    }
    first[extents.count - 1].withUnsafeBufferPointer { first in
        second[extents.count - 1].withUnsafeBufferPointer { second in
            for row in rows {
                for coordinate in 0..<length { body(row.first + first[coordinate], row.second + second[coordinate]) }
            }
        }
    }
}

/// For each axis what every coordinate adds to the number of a site: the coordinate times the axis's stride.
func siteTerms(_ extents: [Int], strides: [Int]) -> [[Int]] {
    zip(extents, strides).map { extent, stride in (0..<extent).map { $0 * stride } }
}
