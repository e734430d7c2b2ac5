import MDLSTM

// Presets for text: `samples` are its symbols.
extension Preset {
    /// Two layers of an LSTM, with dropout on what is not recurrent.
    static func text(_ shape: DataShape, _ symbols: Int) -> RunConfiguration {
        let lstm: JSONValue = ["type": "recurrent", "cell": "lstm", "hiddenSize": 256]
        let dropout: JSONValue = ["type": "dropout", "rate": 0.2]
        return text(
            [
                ["type": "embedding", "symbols": "auto", "size": 64], lstm, dropout, lstm, dropout,
                ["type": "dense", "outputSize": "auto"],
            ], symbols: symbols)
    }

    /// A Grid LSTM over sequence and depth, whose layers share their weights.
    static func textGrid(_ shape: DataShape, _ symbols: Int) -> RunConfiguration {
        let grid: JSONValue = [
            "type": "recurrent", "cell": "grid", "hiddenSize": 128, "depth": 2, "tied": true, "forgetBias": 1,
            "gridOutput": "productOfTanh",
        ]
        return text(
            [["type": "embedding", "symbols": "auto", "size": 64], grid, ["type": "dense", "outputSize": "auto"]],
            symbols: symbols)
    }

    private static func text(_ layers: [JSONValue], symbols: Int) -> RunConfiguration {
        var training = TrainingSettings()
        // As many symbols as some 20 epochs of a million have.
        training.epochs = min(max(20_000_000 / max(1, symbols), 1), 60)
        training.batch = .samples(32)
        training.learningRate = TrainingSettings.Rate(base: 0.004, warmup: 100, decay: .cosine)
        training.validationFraction = 0.05
        var data = DataSettings()
        data.normalization = .unit
        return RunConfiguration(
            model: template(layers), task: TaskSettings(.nextSymbol), data: data, training: training)
    }
}
