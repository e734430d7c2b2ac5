/// A mixture with its weights, alone in a file or the head of a density.
public struct MCGSMFile<Element: Scalar>: Sendable {
    public let head: MCGSM
    public let parameters: ParameterTensors<Element>

    /// Reads the mixture of a file: one with the configuration of a layer `mcgsm`, the model of a density, or one without a
    /// configuration, whose shapes then say the sizes. Names of tensors may begin with `head.`; those that do not are left
    /// alone then.
    ///
    /// - Returns: nil where the file is of something else.
    /// - Throws: ``MDLSTMError`` of kind `data` naming the tensor that is missing, misshapen or not finite.
    package init?(_ file: TensorFile) throws(MDLSTMError) {
        let json = try file.configuration()
        let isLayer = json?["type"]?.stringValue == MCGSMLayer.typeName
        let prefix = file.names.contains { $0.hasPrefix("head.") } ? "head." : ""
        let isDensity = try DensityFile<Element>.isDensity(file)
        if isDensity, let other = file.names.first(where: { $0.contains(".head.") }) {
            throw MDLSTMError(
                .data,
                "\(file.name): expected the mixture of one network, found '\(other)' of a density of colours; judge pictures "
                    + "with 'mdlstm evaluate'")
        }
        guard isLayer || isDensity || json == nil && file.names.contains(where: { Self.isName($0, after: prefix) })
        else {
            return nil
        }
        if isLayer, let json {
            guard case .mcgsm(let head) = try LayerDescription(json: json, name: file.name) else { return nil }
            self.head = head
        } else {
            head = try Self.sizes(of: file, prefix)
        }
        do {
            try head.validate()
            let own = file.without(Set(file.names.filter { !$0.hasPrefix(prefix) }))
            let shapes = head.parameterShapes
            let named = shapes.map { ParameterShape(name: prefix + $0.name, shape: $0.shape) }
            parameters = ParameterTensors(shapes: shapes, flat: try own.parameters(of: named).flat)
        } catch {
            let name = error.message.hasPrefix("\(file.name): ") ? "" : "\(file.name): "
            throw MDLSTMError(.data, name + error.message)
        }
    }

    /// Whether a tensor's name is one of a mixture's.
    private static func isName(_ name: String, after prefix: String) -> Bool {
        MCGSM(inputs: 1).parameterShapes.contains { prefix + $0.name == name }
    }

    /// The sizes that the shapes of tensors say.
    private static func sizes(of file: TensorFile, _ prefix: String) throws(MDLSTMError) -> MCGSM {
        func shape(_ name: String, _ letters: [String]) throws(MDLSTMError) -> [Int] {
            let expected = "[\(letters.joined(separator: ", "))]"
            guard let shape = file[prefix + name]?.shape else {
                throw MDLSTMError(
                    .data, "\(file.name): tensor '\(prefix)\(name)' is missing; expected the shape \(expected)")
            }
            guard shape.count == letters.count else {
                throw MDLSTMError(
                    .data, "\(file.name): tensor '\(prefix)\(name)' has shape \(shape); expected \(expected)")
            }
            return shape
        }
        let priors = try shape("priors", ["K", "S"]), weights = try shape("weights", ["K", "F"])
        let predictors = try shape("predictors", ["K", "O", "D"])
        return MCGSM(
            inputs: predictors[2], outputs: predictors[1], components: priors[0], scales: priors[1],
            features: weights[1], means: file[prefix + "means"] != nil)
    }
}
