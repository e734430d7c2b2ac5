/// A model with its parameters that is ready to predict, on the host or on a device.
public protocol Model<Element>: AnyObject {
    associatedtype Element: Scalar

    /// The model's layers.
    var model: ModelConfiguration { get }

    /// The model's output for `input`, `[B, E1, .., EN, I]`.
    ///
    /// - Parameters:
    ///   - input: the input
    ///   - samples: the extents of each sample of a ragged batch; nil when all fill the storage
    /// - Throws: ``MDLSTMError`` when the input does not fit the model; the backend's own error when its device fails.
    func predict(_ input: Tensor<Element>, samples: [[Int]]?) throws -> Tensor<Element>

    /// The model over sequences that come piece by piece, with the parameters as they are at every call.
    ///
    /// - Parameter batch: sequences that are read side by side, at least 1
    /// - Throws: ``MDLSTMError`` of kind `option` for a model that does not read one axis forwards, site by site.
    func makeSequence(batch: Int) throws -> any SequenceModel<Element>

    /// The largest |c| of the recurrent layers in the last prediction; nil where there was none, or they keep no cell states.
    func largestCell() throws -> Element?

    /// The parameters, copied to the host.
    func parameters() throws -> ParameterTensors<Element>
}

extension Model {
    public func largestCell() throws -> Element? { nil }

    /// The model's output for `input`, `[B, E1, .., EN, I]`, whose samples all fill the storage.
    public func predict(_ input: Tensor<Element>) throws -> Tensor<Element> { try predict(input, samples: nil) }

    /// Refuses, for models of your own that only know whole samples.
    public func makeSequence(batch: Int) throws -> any SequenceModel<Element> {
        throw MDLSTMError(
            .option, "this model takes whole samples; make one by a backend to read sequences piece by piece")
    }
}
