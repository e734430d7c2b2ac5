import MDLSTM
import MDLSTMImages
import Testing
import _TestSupport

/// The header says what decoding finds.
struct ImageHeaderTests {
    private func expectSame(_ bytes: [UInt8], _ what: String) throws {
        let file = try ImageFile(decoding: bytes, name: "x")
        let header = try ImageHeader(decoding: bytes, name: "x")
        #expect((header.width, header.height) == (file.width, file.height), "\(what)")
        #expect((header.channels, header.storedChannels) == (file.channels, file.storedChannels), "\(what)")
        #expect(header.hasAlpha == file.hasAlpha, "\(what)")
        let folder = try TemporaryFolder()
        try writeFile(bytes, to: folder.file("x"))
        #expect(try ImageHeader(contentsOf: folder.file("x")) == header, "\(what)")
    }

    @Test(arguments: PNGForm.all, [false, true]) func pngOfEveryForm(_ form: PNGForm, isInterlaced: Bool) throws {
        try expectSame(form.file(13, 11, isInterlaced: isInterlaced).bytes, "\(form)")
        if form.channels % 2 == 1 {
            let transparent = form.file(7, 2).with(.init("tRNS", Array(repeating: 0, count: 2 * form.channels)))
            try expectSame(transparent.bytes, "transparent \(form)")
        }
    }

    @Test func palettesAndAccepted() throws {
        let palette = PNGWriter.Chunk("PLTE", [1, 2, 3, 4, 5, 6])
        let file = PNGWriter(width: 3, height: 1, depth: 2, colorType: 3, samples: [1, 0, 1])
        try expectSame(file.with(palette).bytes, "palette")
        try expectSame(file.with(palette, .init("tRNS", [0])).bytes, "palette with alpha")
        for file in PNGSamples.accepted { try expectSame(file.bytes, file.name) }
    }

    @Test(arguments: JPEGSamples.accepted) func jpeg(_ file: JPEGSamples.Accepted) throws {
        try expectSame(file.bytes, "\(file)")
    }

    /// Nothing is read from before the start or behind the end.
    @Test func truncationsNeverTrap() {
        for bytes in [PNGForm.all[0].file(3, 2).bytes, JPEGSamples.accepted[0].bytes] {
            for count in 0..<bytes.count { _ = try? ImageHeader(decoding: Array(bytes[..<count]), name: "x") }
        }
        for count in 0..<29 {
            let error = #expect(throws: MDLSTMError.self) {
                try ImageHeader(decoding: Array(PNGForm.all[0].file(3, 2).bytes[..<count].prefix(24)), name: "x")
            }
            #expect(error?.kind == .data)
        }
    }

    @Test func sizesAreChecked() {
        for file in PNGSamples.rejected where ["no width", "above the cap", "text"].contains(file.name) {
            let error = #expect(throws: MDLSTMError.self) { try ImageHeader(decoding: file.bytes, name: "x") }
            #expect(error?.message.hasPrefix("x: expected ") ?? false, "\(file)")
        }
    }
}
