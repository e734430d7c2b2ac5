import MDLSTM
package import OpenCLRuntime

extension Recurrent {
    /// Whether the outputs of several directions are summed; else each is written where it belongs as it is computed.
    var isSummed: Bool { merge == .sum && directions > 1 }

    /// The layer's output by site, `[sites, directions * H]` or, the directions summed, `[sites, H]`, after
    /// ``forward(x:parameters:merge:)``; a buffer of the layer's own, the same in every call.
    package func output() throws -> Buffer<Element> {
        let output = try makeOutput()
        guard isSummed else { return output }
        // The vector of h that is shown.
        let vector = configuration.cell == .grid ? configuration.axes - 1 : 0
        try library.gatherRows(
            h, offset: vector * padded, stride: cell.feedback * padded, index: schedule.rowsOfSites(),
            rows: schedule.siteCount, terms: directions, width: configuration.hiddenSize, into: output)
        return output
    }

    /// The buffer of the output, made where there is none yet.
    func makeOutput() throws -> Buffer<Element> {
        let count = schedule.siteCount * (merge == .sum ? configuration.hiddenSize : configuration.outputSize)
        if let outputBuffer, outputBuffer.count >= count { return outputBuffer }
        let buffer = try makeBuffer("output", count: count)
        outputBuffer = buffer
        return buffer
    }
}
