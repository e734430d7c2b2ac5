import MDLSTM

extension LayerConfiguration {
    /// How many weights the layers along the depth have together or each, without the input's; nil without a depth.
    var weightSharing: String? {
        guard hasDepth else { return nil }
        let count = parameterShapes.filter { !$0.name.hasSuffix("_in") }.reduce(0) { $0 + $1.count }
        let layers = counted(depth, "layer")
        return hasSetsByDepth
            ? "\(counted(count / depth, "weight")) for each of \(layers)"
            : "\(counted(count, "weight")), shared by \(layers)"
    }
}

extension ModelConfiguration {
    /// The same of each of its recurrent layers that has a depth.
    var weightSharing: [String] {
        layers.enumerated().compactMap { index, layer in
            guard case .recurrent(let configuration, _) = layer else { return nil }
            return configuration.weightSharing.map { "layer \(index): \($0)" }
        }
    }
}
