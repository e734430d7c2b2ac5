import ArgumentParser
import MDLSTM

/// The directions that `text` names: `all`, `forward`, or a list of signs; in the order of their sign bits.
///
/// - Parameters:
///   - text: what the flag `--directions` was given
///   - cell: whose depth, if it has one, is scanned forwards only
///   - axes: N, the depth of a `grid` included; the cell's default or what the list says if nil
func parsedDirections(_ text: String, cell: Cell, axes: Int?) throws -> [Direction] {
    if text == "all" || text == "forward" {
        let axes = axes ?? cell.defaultAxes
        guard (1...LayerConfiguration.maximumAxes).contains(axes) else {
            throw ValidationError("a layer has from 1 to \(LayerConfiguration.maximumAxes) axes, found \(axes)")
        }
        guard text == "all" else { return [.forward(axes: axes)] }
        return cell.directions(axes: axes)
    }
    let list = try text.split(separator: ",", omittingEmptySubsequences: false).map { signs in
        guard let direction = Direction(String(signs)) else {
            throw ValidationError(
                "--directions must be all, forward or a list of signs such as ++,-+, found '\(text)'")
        }
        return direction
    }
    if let axes, let wrong = list.first(where: { $0.axes != axes }) {
        throw ValidationError(
            "direction \(wrong) has \(counted(wrong.axes, "sign")); the layer has \(counted(axes, "axis", plural: "axes"))"
        )
    }
    return list.sorted { $0.signBits < $1.signBits }
}
