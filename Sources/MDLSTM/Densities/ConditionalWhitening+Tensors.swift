extension ConditionalWhitening {
    /// Names of the tensors in files.
    enum Name {
        static let inputMean = "whitening.input_mean"
        static let inputWhitening = "whitening.input_whitening"
        static let outputMean = "whitening.output_mean"
        static let outputWhitening = "whitening.output_whitening"
        static let predictor = "whitening.predictor"
    }

    /// Names and shapes of the tensors of a whitening of D inputs and O outputs.
    public static func shapes(inputSize: Int, outputSize: Int) -> [ParameterShape] {
        [
            ParameterShape(name: Name.inputMean, shape: [inputSize]),
            ParameterShape(name: Name.inputWhitening, shape: [inputSize, inputSize]),
            ParameterShape(name: Name.outputMean, shape: [outputSize]),
            ParameterShape(name: Name.outputWhitening, shape: [outputSize, outputSize]),
            ParameterShape(name: Name.predictor, shape: [outputSize, inputSize]),
        ]
    }

    /// The tensors under their names in files, in the order of ``shapes(inputSize:outputSize:)``.
    public var tensors: ParameterTensors<Double> {
        var tensors = ParameterTensors<Double>()
        tensors[Name.inputMean] = inputMean
        tensors[Name.inputWhitening] = inputWhitening
        tensors[Name.outputMean] = outputMean
        tensors[Name.outputWhitening] = outputWhitening
        tensors[Name.predictor] = predictor
        return tensors
    }

    /// The whitening that a file's tensors are of; tensors of other names are left alone.
    ///
    /// - Throws: ``MDLSTMError`` of kind `data` naming the tensor that is missing, has another shape or a value that is not
    ///   finite, or W_y where it has no inverse.
    public init(
        tensors: ParameterTensors<Double>, inputSize: Int, outputSize: Int
    ) throws(MDLSTMError) {
        let shapes = Self.shapes(inputSize: inputSize, outputSize: outputSize)
        var own = ParameterTensors<Double>()
        for shape in shapes { own[shape.name] = tensors[shape.name] }
        try own.validate(against: shapes)
        for (name, tensor) in own { try tensor.requireFinite("tensor '\(name)'") }
        try self.init(
            inputMean: own[Name.inputMean]!, inputWhitening: own[Name.inputWhitening]!,
            outputMean: own[Name.outputMean]!, predictor: own[Name.predictor]!,
            outputWhitening: own[Name.outputWhitening]!)
    }
}
