import MDLSTM

extension LayerConfiguration {
    /// How many weights the layers along the depth have together or each, without the input's; nil without a depth.
    var weightSharing: String? {
        guard hasDepth else { return nil }
        func count(_ isCounted: (String) -> Bool) -> Int {
            parameterShapes.filter { isCounted($0.name) && !$0.name.hasSuffix("_in") }.reduce(0) { $0 + $1.count }
        }
        let layers = counted(depth, "layer")
        func shared(_ count: Int) -> String { "\(counted(count, "weight")), shared by \(layers)" }
        func own(_ count: Int) -> String { "\(counted(count / depth, "weight")) for each" }
        switch options.grid.sharing {
        case .all: return shared(count { _ in true })
        case .none: return "\(own(count { _ in true })) of \(layers)"
        case .depth:
            let suffix = LayerConfiguration.depthSuffix
            return "\(shared(count { $0.hasSuffix(suffix) })), and \(own(count { !$0.hasSuffix(suffix) }))"
        }
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
