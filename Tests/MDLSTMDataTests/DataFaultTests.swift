import MDLSTM
import MDLSTMData
import Testing

struct DataFaultTests {
    @Test func partsOfAMessage() {
        let error = MDLSTMError(
            .data, "/data/images/a.png: expected a whole PNG file, found: Read Error; get the file again")
        let fault = DataFault(error, path: "/data/images/a.png", name: "images/a.png")
        #expect(fault.file == "images/a.png" && fault.expected == "a whole PNG file" && fault.found == "Read Error")
        #expect(fault.message == "images/a.png: Read Error, expected a whole PNG file; get the file again")
    }
}
