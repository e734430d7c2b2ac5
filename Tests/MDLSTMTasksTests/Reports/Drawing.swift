import Foundation
import MDLSTM
import MDLSTMImages
import Testing

extension SVG {
    /// The elements of one name: attributes and text.
    func found(_ name: String) -> [(attributes: [String: String], text: String)] {
        let element = /<(\w+)((?: [\w:-]+="[^"]*")*)(?:\/>|>([^<]*))/
        return document.matches(of: element).filter { $0.output.1 == name }.map { match in
            var attributes: [String: String] = [:]
            for pair in match.output.2.matches(of: /\ ([\w:-]+)="([^"]*)"/) {
                attributes[String(pair.output.1)] = String(pair.output.2)
            }
            return (attributes, String(match.output.3 ?? ""))
        }
    }

    var texts: [String] { found("text").map(\.text) }

    /// The images within the drawing.
    func pictures() throws -> [Image] {
        try found("image").map { element in
            let link = try #require(element.attributes["xlink:href"])
            let data = try #require(Data(base64Encoded: String(link.dropFirst("data:image/png;base64,".count))))
            return try Image.decoded(Array(data))
        }
    }
}

extension Image {
    /// A PNG file of 8 bits a sample.
    static func decoded(_ bytes: [UInt8]) throws -> Image {
        let file = try ImageFile(decoding: bytes, name: "picture")
        guard case .bytes(let pixels) = file.samples else { throw MDLSTMError(.data, "no picture of 8 bits") }
        return Image(width: file.width, height: file.height, channels: file.storedChannels, pixels: pixels)
    }
}
