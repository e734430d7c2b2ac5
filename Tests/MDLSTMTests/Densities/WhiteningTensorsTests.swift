import MDLSTM
import Testing

/// Whitenings by the tensors of a file.
struct WhiteningTensorsTests {
    private func refusal(_ change: (inout ParameterTensors<Double>) -> Void) throws -> String {
        var tensors = WhiteningSample.tensors
        change(&tensors)
        let error = #expect(throws: MDLSTMError.self) {
            try ConditionalWhitening(tensors: tensors, inputSize: 3, outputSize: 1)
        }
        #expect(error?.kind == .data)
        return try #require(error).message
    }

    @Test func comeBackTheSame() throws {
        let (x, y) = WhiteningMomentsTests.sites(101)
        let whitening = try ConditionalWhitening(WhiteningMomentsTests.moments(x, y))
        var tensors = whitening.tensors
        #expect(tensors.shapes == ConditionalWhitening.shapes(inputSize: 5, outputSize: 2))
        tensors["head.priors"] = Tensor(zeros: [3, 2])
        #expect(try ConditionalWhitening(tensors: tensors, inputSize: 5, outputSize: 2) == whitening)
    }

    @Test func areRefusedByName() throws {
        let missing = try refusal { $0["whitening.predictor"] = nil }
        #expect(missing == "tensor 'whitening.predictor' is missing; expected shape [1, 3]")
        let misshapen = try refusal { $0["whitening.input_mean"] = Tensor(zeros: [5]) }
        #expect(misshapen == "tensor 'whitening.input_mean' has shape [5]; expected [3]")
        let infinite = try refusal { $0["whitening.input_whitening"]![2, 1] = .infinity }
        #expect(
            infinite
                == "tensor 'whitening.input_whitening' has the value inf at [2, 1]; expected finite float64 numbers")
        let singular = try refusal { $0["whitening.output_whitening"]![0, 0] = 0 }
        #expect(
            singular == "tensor 'whitening.output_whitening' is singular; expected a matrix that has an inverse")
    }
}
