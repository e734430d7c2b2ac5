/// The options of a cell: one for every point in which public implementations differ.
public struct CellOptions: Hashable, Sendable {
    /// Whether the gates see the cell states (`weight_ch`).
    public var peepholes = false

    /// Which variant of the LSTM; only for `lstm`.
    public var variant = LSTMVariant.standard

    /// How the forgotten predecessors are added; only for `graves` and `spatial`.
    public var forgetSum = ForgetSum.sum

    /// The activation of the gates i, f and o.
    public var gateActivation = GateActivation.sigmoid

    /// The slope of a hard sigmoid: 0.2 in Keras 1 and 2, Theano and as ONNX's default, 1/6 in Keras 3 and PyTorch.
    public var gateSlope = 0.2

    /// The activation of the candidate g.
    public var candidateActivation = CellActivation.tanh

    /// The function applied to the cell state in the output.
    public var outputActivation = CellActivation.tanh

    /// The limit of |a| before every activation of i, f, g and o, or nil: ONNX's `clip`. A clipped a has no gradient.
    public var preactivationClip: Double?

    /// The limit of |c|, or nil. c is clipped before the output gate sees it; a clipped c has no gradient.
    public var cellClip: Double?

    /// Whether full matrices lead from every c_(p-k) to every gate; only for `spatial`.
    public var extended = false

    /// Layer normalisation of the gates and the cell state.
    public var layerNorm = LayerNorm.none

    /// The epsilon of a layer norm: added to the variance before the root is taken.
    public var normEpsilon = 1e-5

    /// The probabilities with which hidden and cell states keep their previous values.
    public var zoneout = Zoneout()

    /// Depth, priority and non-LSTM axes; only for `grid`.
    public var grid = GridOptions()

    public init() {}

    /// The defaults, changed by `change`.
    public init(_ change: (inout CellOptions) -> Void) { change(&self) }

    /// What is applied to the candidate and to the cell state on its way out, which a variant may leave out.
    package var candidateFunction: CellActivation { variant == .noInputActivation ? .identity : candidateActivation }
    package var outputFunction: CellActivation { variant == .noOutputActivation ? .identity : outputActivation }
}

/// The variants of Greff et al. 2017 (arXiv 1503.04069), each of which changes one thing in the LSTM.
public enum LSTMVariant: String, CaseIterable, Sendable {
    /// V with peepholes, NP without.
    case standard
    /// i = 1.
    case noInputGate = "NIG"
    /// f = 1.
    case noForgetGate = "NFG"
    /// o = 1.
    case noOutputGate = "NOG"
    /// g = a_g.
    case noInputActivation = "NIAF"
    /// h = o * c.
    case noOutputActivation = "NOAF"
    /// f = 1 - i.
    case coupled = "CIFG"
    /// i = 1 - f, the form of TensorFlow's CoupledInputForgetGateLSTMCell.
    case coupledForget = "CIFG-TF"
    /// The activations of i, f and o at the step before feed all three (`weight_gh`).
    case fullGateRecurrence = "FGR"

    /// The gates for which the variant has no weights.
    var removed: [Gate] {
        switch self {
        case .noInputGate, .coupledForget: [.input]
        case .noForgetGate, .coupled: [.forget(0)]
        case .noOutputGate: [.output]
        case .standard, .noInputActivation, .noOutputActivation, .fullGateRecurrence: []
        }
    }
}

/// How the predecessors' cell states are added, each times its forget gate.
public enum ForgetSum: String, CaseIterable, Sendable {
    /// `sum_k f_k * c_(p-k)`, as published.
    case sum
    /// `1/N sum_k f_k * c_(p-k)`: for two axes 0.5 f_1 c_1 + 0.5 f_2 c_2, as in rnn2d.
    case mean
    /// `f_m * c_(p-m)`, m = argmax_k f_k, of equal gates the first: the 2-D LSTM of Tesseract; only for `graves`.
    case max
}

/// The activations of gates in use.
public enum GateActivation: String, CaseIterable, Sendable {
    /// y = 1 / (1 + e^-a).
    case sigmoid
    /// y = min(max(``CellOptions/gateSlope`` * a + 1/2, 0), 1).
    case hardSigmoid
}

/// The functions of a candidate, and of a cell state on its way out.
public enum CellActivation: String, CaseIterable, Sendable {
    case tanh, relu, identity
}

/// The forms of layer normalisation in real use.
public enum LayerNorm: String, CaseIterable, Sendable {
    case none
    /// Each gate's pre-activation over its H units, and c on its way to h; raw c is carried.
    case gates
    /// The same with the normalised c carried, as TensorFlow's LayerNormBasicLSTMCell.
    case gatesAndCell
    /// W x and U h apart, each over all G*H units, and c on its way to h (Ba, Kiros and Hinton 2016, arXiv 1607.06450).
    case inputRecurrentCell
}

/// Zoneout (Krueger et al. 2017, arXiv 1606.01305): in training, each unit keeps its previous value with these
/// probabilities; in inference, it takes the expected value.
public struct Zoneout: Hashable, Sendable {
    public var hidden: Double
    public var cell: Double

    public init(hidden: Double = 0, cell: Double = 0) {
        self.hidden = hidden
        self.cell = cell
    }

    /// Whether both probabilities are 0.
    public var isNone: Bool { hidden == 0 && cell == 0 }
}

/// The options of a Grid LSTM. Its last axis is the depth, which the input does not have.
public struct GridOptions: Hashable, Sendable {
    /// Sites L along the last axis.
    public var depth = 1

    /// Which weights all depths share; of the others each has its own.
    public var sharing = GridSharing.all

    /// Whether all depths share one set of weights; set to false, they share none.
    public var tied: Bool {
        get { sharing == .all }
        set { sharing = newValue ? .all : .none }
    }

    /// Axes, counted from 0, that are updated last and see the new hidden states of the others.
    public var priorityAxes: Set<Int> = []

    /// The function that updates each axis; empty for an LSTM on every axis.
    public var functions: [AxisFunction] = []

    /// What the LSTMs make of o and their memory.
    public var output = GridOutput.tanhOfProduct

    public init() {}

    /// Weights all shared, or none.
    public init(
        depth: Int, tied: Bool, priorityAxes: Set<Int> = [], functions: [AxisFunction] = [],
        output: GridOutput = .tanhOfProduct
    ) {
        self.init(
            depth: depth, sharing: tied ? .all : .none, priorityAxes: priorityAxes, functions: functions, output: output
        )
    }

    public init(
        depth: Int, sharing: GridSharing = .all, priorityAxes: Set<Int> = [], functions: [AxisFunction] = [],
        output: GridOutput = .tanhOfProduct
    ) {
        self.depth = depth
        self.sharing = sharing
        self.priorityAxes = priorityAxes
        self.functions = functions
        self.output = output
    }
}

/// Which weights the depths of a Grid LSTM share.
public enum GridSharing: CaseIterable, Sendable {
    /// Those of every axis.
    case all
    /// Those of the last axis, the depth, alone, as in coreylynch/grid-lstm; not for a grid that has no other.
    case depth
    /// None.
    case none
}

/// The outputs of the LSTMs of a Grid LSTM in use.
///
/// A file that does not name one has ``productOfTanh``: it is older than the other.
public enum GridOutput: String, CaseIterable, Sendable {
    /// h = tanh(o * m) (Kalchbrenner, Danihelka and Graves 2016, arXiv 1507.01526).
    case tanhOfProduct
    /// h = o * tanh(m), as in the LSTM: TensorFlow 1's `grid_rnn`, coreylynch/grid-lstm.
    case productOfTanh
}

/// The function that updates the hidden state of one axis of a Grid LSTM.
public enum AxisFunction: String, CaseIterable, Sendable {
    case lstm
    /// h' = phi(V H), without a memory.
    case relu, tanh, identity
}
