import MDLSTM

// Presets for lines: `samples` are lines to train with.
extension Preset {
    /// Two banks of small filters, each on a grid half as fine as the one before, every direction, and a layer along the width.
    static func lines(_ shape: DataShape, _ samples: Int) -> RunConfiguration {
        func convolution(_ outputs: Int) -> [JSONValue] {
            [
                ["type": "convolution", "window": [3, 3], "outputSize": .integer(outputs)],
                ["type": "activation", "function": "relu"],
            ]
        }
        func halved(_ window: [JSONValue]) -> JSONValue { ["type": "maxPool", "window": .array(window)] }
        let dropout: JSONValue = ["type": "dropout", "rate": 0.25]
        return lines(
            convolution(16) + [halved([2, 2])] + convolution(32) + [halved([2, 2])] + convolution(48) + [
                halved([2, 1]),
                ["type": "recurrent", "cell": "stable", "hiddenSize": 32, "directions": "all"],
                ["type": "pool", "axes": [0], "by": "mean"], dropout,
                ["type": "recurrent", "cell": "lstm", "hiddenSize": 96, "directions": "all"], dropout,
                ["type": "dense", "outputSize": "auto"],
            ], samples: samples)
    }

    private static func lines(_ layers: [JSONValue], samples: Int) -> RunConfiguration {
        let model: JSONValue = ["inputSize": "auto", "axes": "auto", "layers": .array(layers)]
        guard let template = try? ModelTemplate(json: model, name: "the preset") else {
            preconditionFailure("a preset's model is right")
        }
        var training = TrainingSettings()
        training.epochs = min(max(60_000 / max(1, samples), 30), 200)
        training.batch = .samples(12)
        training.learningRate = TrainingSettings.Rate(base: 0.003, warmup: 100, decay: .cosine)
        training.clipping = .globalNorm(5)
        var data = DataSettings()
        data.augmentation.stretch = 0.12
        data.augmentation.shift = 2
        data.augmentation.shear = 0.15
        data.augmentation.contrast = 0.2
        data.augmentation.stroke = 0.3
        return RunConfiguration(model: template, task: TaskSettings(.transcribe), data: data, training: training)
    }
}
