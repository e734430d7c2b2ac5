package import MDLSTM
import OpenCLRuntime

extension Recurrent {
    /// Sets the masks of zoneout for the next forward and backward pass.
    ///
    /// - Parameter key: nil in inference, which takes their mean
    package func setNoise(_ key: NoiseKey?) throws {
        guard !configuration.options.zoneout.isNone else { return }
        let seed = key?.seed ?? 0
        try noise.write([
            key == nil ? 0 : 1, UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32),
            key?.layer ?? 0, key?.step ?? 0, RandomStreams.noise, UInt32(directions),
            UInt32(configuration.hiddenSize),
        ])
    }
}
