import MDLSTM
import MDLSTMImages
import Testing
import _TestSupport

struct JPEGFileTests {
    @Test(arguments: JPEGSamples.accepted)
    func samplesAreThoseOfPillow(_ file: JPEGSamples.Accepted) throws {
        let picture = try ImageFile(decoding: file.bytes, name: "x.jpg")
        let tensor: Tensor<Double> = try picture.tensor()
        #expect(tensor.shape == file.shape && picture.channels == file.shape[3] && !picture.hasAlpha)
        #expect(picture.bitDepth == 8 && picture.palette == nil)
        #expect(tensor.count == file.samples.count)
        for (value, sample) in zip(tensor.values, file.samples) {
            #expect((value - Double(sample) / 255).magnitude <= 2 / 255.0)
        }
        #expect(try picture.tensor(leavesOutAlpha: true) == tensor)
    }

    @Test(arguments: JPEGSamples.rejected)
    func badFilesAreRejected(_ file: SampleFile) {
        let error = #expect(throws: MDLSTMError.self) { try ImageFile(decoding: file.bytes, name: "x.jpg") }
        let message = error?.message ?? ""
        #expect(error?.kind == .data)
        #expect(message.hasPrefix("x.jpg: expected "), "\(message)")
        #expect(message.contains(file.reason), "'\(message)' lacks '\(file.reason)'")
    }

    @Test(arguments: JPEGSamples.accepted.prefix(5))
    func everyTruncationIsRejected(_ file: JPEGSamples.Accepted) {
        for count in 0..<file.bytes.count {
            let error = #expect(throws: MDLSTMError.self) {
                try ImageFile(decoding: Array(file.bytes[..<count]), name: "x.jpg")
            }
            #expect(error?.kind == .data)
        }
    }
}
