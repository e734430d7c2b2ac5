import MDLSTM

// Presets for lines: `samples` are lines to train with.
extension Preset {
    /// Three banks of small filters on ever coarser grids, each normalised, then a layer of every direction and one along the
    /// width, both ways.
    static func lines(_ shape: DataShape, _ samples: Int) -> RunConfiguration {
        let everyDirection: JSONValue = [
            "type": "recurrent", "cell": "stable", "hiddenSize": 16, "directions": "all",
        ]
        return lines(filters + [everyDirection] + along(96), samples: samples)
    }

    /// The same without the layer of every direction, and a larger one along the width.
    static func linesAlong(_ shape: DataShape, _ samples: Int) -> RunConfiguration {
        lines(filters + along(144), samples: samples)
    }

    /// From `[H, W]` to `[H / 8, W / 4]`.
    private static var filters: [JSONValue] {
        func convolution(_ outputs: Int, _ window: [JSONValue], stride: [JSONValue] = [1, 1]) -> JSONValue {
            [
                "type": "convolution", "window": .array(window), "stride": .array(stride),
                "outputSize": .integer(outputs),
            ]
        }
        func largest(_ window: [JSONValue]) -> JSONValue { ["type": "maxPool", "window": .array(window)] }
        // Of the largest values alone: a quarter or half as many.
        let norm: [JSONValue] = [["type": "batchNorm"], ["type": "activation", "function": "relu"]]
        return [convolution(16, [4, 4], stride: [2, 2])] + norm + [convolution(32, [3, 3]), largest([2, 2])] + norm
            + [convolution(48, [3, 3]), largest([2, 1])] + norm
    }

    /// The rows of lines that are 48 pixels high become features of one; those of higher ones the mean of several.
    private static func along(_ hidden: Int) -> [JSONValue] {
        let dropout: JSONValue = ["type": "dropout", "rate": 0.15]
        return [
            ["type": "patch", "window": [6, 1]], ["type": "pool", "axes": [0], "by": "mean"], dropout,
            ["type": "recurrent", "cell": "lstm", "hiddenSize": .integer(hidden), "directions": "all"], dropout,
            ["type": "dense", "outputSize": "auto"],
        ]
    }

    private static func lines(_ layers: [JSONValue], samples: Int) -> RunConfiguration {
        var training = TrainingSettings()
        training.epochs = min(max(60_000 / max(1, samples), 30), 200)
        training.batch = .samples(12)
        training.learningRate = TrainingSettings.Rate(base: 0.01, warmup: 100, decay: .cosine)
        training.clipping = .globalNorm(5)
        var data = DataSettings()
        data.augmentation.stretch = 0.12
        data.augmentation.shift = 2
        data.augmentation.contrast = 0.2
        return RunConfiguration(
            model: template(layers), task: TaskSettings(.transcribe), data: data, training: training)
    }
}
