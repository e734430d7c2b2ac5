/// What a training needs to go on where it was: parameters, the optimizer's moments, the number of steps.
public struct TrainerState<Element: Scalar>: Sendable, Equatable {
    public var parameters: ParameterTensors<Element>

    /// First moments (momentum), shaped as the parameters; zeros where the optimizer has none.
    public var moments: ParameterTensors<Element>

    /// Second moments, the same.
    public var squares: ParameterTensors<Element>

    public var stepsTaken: Int

    public init(
        parameters: ParameterTensors<Element>, moments: ParameterTensors<Element>, squares: ParameterTensors<Element>,
        stepsTaken: Int
    ) {
        self.parameters = parameters
        self.moments = moments
        self.squares = squares
        self.stepsTaken = stepsTaken
    }

    /// The same with all tensors in the order of `shapes`.
    ///
    /// - Throws: ``MDLSTMError`` when they are not those of `shapes`.
    package func ordered(as shapes: [ParameterShape]) throws(MDLSTMError) -> TrainerState {
        precondition(stepsTaken >= 0, "a training cannot have taken \(stepsTaken) steps")
        return TrainerState(
            parameters: try parameters.ordered(as: shapes), moments: try moments.ordered(as: shapes),
            squares: try squares.ordered(as: shapes), stepsTaken: stepsTaken)
    }
}
