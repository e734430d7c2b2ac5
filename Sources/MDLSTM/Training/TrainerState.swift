/// The state of a training at one step: parameters, the optimizer's moments, the number of steps taken.
public struct TrainerState<Element: Scalar>: Sendable, Equatable {
    public var parameters: ParameterTensors<Element>

    /// First moments (momentum), in the shapes of the parameters; zeros if the optimizer has none.
    public var moments: ParameterTensors<Element>

    /// Second moments (mean squares), likewise.
    public var squares: ParameterTensors<Element>

    public var stepsTaken: Int

    /// What the recurrent layers hand to the next batch, where states are carried; empty otherwise.
    public var carried: ParameterTensors<Element>

    public init(
        parameters: ParameterTensors<Element>, moments: ParameterTensors<Element>, squares: ParameterTensors<Element>,
        stepsTaken: Int, carried: ParameterTensors<Element> = ParameterTensors()
    ) {
        self.carried = carried
        self.parameters = parameters
        self.moments = moments
        self.squares = squares
        self.stepsTaken = stepsTaken
    }

    /// The same state with all tensors in the order of `shapes`.
    ///
    /// - Throws: ``MDLSTMError`` when names or shapes differ from `shapes`.
    package func ordered(as shapes: [ParameterShape]) throws(MDLSTMError) -> TrainerState {
        precondition(stepsTaken >= 0, "a training cannot have taken \(stepsTaken) steps")
        return TrainerState(
            parameters: try parameters.ordered(as: shapes), moments: try moments.ordered(as: shapes),
            squares: try squares.ordered(as: shapes), stepsTaken: stepsTaken, carried: carried)
    }
}
