import MDLSTM

// Presets for densities of pictures.
extension Preset {
    /// A layer of a spatial LSTM whose forget gates share one memory, before the mixture.
    static func density(_ shape: DataShape, _ samples: Int) -> RunConfiguration {
        density([
            [
                "type": "recurrent", "cell": "spatial", "hiddenSize": 64, "directions": ["++"], "forgetSum": "mean",
            ]
        ])
    }

    /// The mixture alone.
    static func mixture(_ shape: DataShape, _ samples: Int) -> RunConfiguration { density([]) }

    private static func density(_ layers: [JSONValue]) -> RunConfiguration {
        var training = TrainingSettings()
        training.epochs = 10
        training.batch = .samples(8)
        training.learningRate = TrainingSettings.Rate(base: 0.004, warmup: 50, decay: .cosine)
        var data = DataSettings()
        data.normalization = .unit
        return RunConfiguration(model: template(layers), task: TaskSettings(.density), data: data, training: training)
    }
}
