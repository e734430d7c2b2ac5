/// Weights of recurrent layers that are no LSTMs, told by how many rows of weights each unit has.
extension TensorFile {
    /// Refuses weights of GRUs and plain RNNs by name, in the layouts of PyTorch, Keras, ONNX and TensorFlow; lets a file
    /// pass that also has an LSTM's.
    func refuseOtherCells() throws(MDLSTMError) {
        var other: MDLSTMError?
        for name in names {
            guard let shape = self[name]?.shape, let (gates, units) = gates(name, shape) else { continue }
            // The recurrent weights of an LSTM with proj_size are for fewer outputs than units.
            let projection = name.replacing("weight_hh_l0", with: "weight_hr_l0")
            if gates == 4 || projection != name && self[projection] != nil { return }
            if other == nil { other = Self.refusal(name, shape, gates: gates, units: units) }
        }
        if let other { throw other }
    }

    /// Gates and units by a tensor of recurrent weights; nil for any other tensor.
    private func gates(_ name: String, _ shape: [Int]) -> (gates: Int, units: Int)? {
        let name = name.withoutOutputNumber
        if let (prefix, _) = name.split(before: ["candidate/kernel"]),
            self["\(prefix)gates/kernel"] != nil || self["\(prefix)gates/kernel:0"] != nil
        {
            return shape.count == 2 ? (3, shape[1]) : nil
        }
        if name.contains("basic_rnn_cell/"), name.hasSuffix("kernel") { return shape.count == 2 ? (1, shape[1]) : nil }
        let rows: Int, units: Int
        switch ForeignLibrary(name, rank: shape.count) {
        case .pytorch: (rows, units) = (shape[0], shape[1])
        case .keras: (rows, units) = (shape[1], shape[0])
        case .onnx: (rows, units) = (shape[1], shape[2])
        default: return nil
        }
        guard units > 0, rows % units == 0, [1, 3, 4].contains(rows / units) else { return nil }
        return (rows / units, units)
    }

    private static func refusal(_ name: String, _ shape: [Int], gates: Int, units: Int) -> MDLSTMError {
        let what =
            gates == 3
            ? "three gates of \(counted(units, "unit")), a GRU"
            : "no gates, those of a plain RNN of \(counted(units, "unit"))"
        return MDLSTMError(
            .data,
            "tensor '\(name)' of shape \(shape) has \(what), which is no cell here; the cells are LSTMs ('mdlstm cells'): "
                + "train one in its place")
    }
}
