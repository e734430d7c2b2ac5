import MDLSTM

/// Pictures of lines with a text beside each: `x.png` and `x.gt.txt`, at any depth.
enum LineTextFiles {
    private static let ending = ".gt.txt"

    /// What OCRopus and those after it write before the ending of a picture: binarised, of even lighting, flattened, plain.
    private static let forms = [".nrm", ".bin", ".dew", ".raw"]

    static func isText(_ file: DataFile) -> Bool {
        file.lastComponent.lowercased().hasSuffix(ending) && file.lastComponent.count > ending.count
    }

    /// The name that a text shares with its picture, with its folders.
    static func key(ofText file: DataFile) -> String { String(file.name.dropLast(ending.count)) }

    /// Names of texts that may belong to a picture, the likeliest first: `x.bin.png` has `x.bin.gt.txt` or `x.gt.txt`.
    static func keys(ofPicture file: DataFile) -> [String] {
        let whole = String(file.name.dropLast(file.ending.count + 1))
        guard let form = forms.first(where: { whole.lowercased().hasSuffix($0) }) else { return [whole] }
        return [whole, String(whole.dropLast(form.count))]
    }

    /// Each picture with its text; of several forms of one line the plain one, then gray, then black and white.
    static func read(_ files: [DataFile]) -> ReadLines {
        let texts = Dictionary(
            files.filter(isText).map { (key(ofText: $0), $0) }, uniquingKeysWith: { first, _ in first })
        var read = ReadLines()
        var pictures: [String: DataFile] = [:]
        for picture in files.filter(\.isPicture) {
            let keys = keys(ofPicture: picture)
            guard let key = keys.first(where: { texts[$0] != nil }) else {
                read.faults.append(
                    DataFault(
                        picture.name, found: "no text", expected: keys.last! + ending,
                        advice: "write the text of the line there, or remove the picture", missing: 1))
                continue
            }
            guard let other = pictures[key] else {
                pictures[key] = picture
                continue
            }
            let (rank, otherRank) = (rank(picture, key), rank(other, key))
            if rank == otherRank {
                read.faults.append(
                    DataFault(
                        picture.name, found: "a second picture of this line", expected: "one for each text",
                        but: "\(other.name) is another", advice: "remove or rename one", missing: 1))
            } else if rank < otherRank {
                pictures[key] = picture
            }
        }
        for (key, file) in texts.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            guard let picture = pictures[key] else {
                read.faults.append(
                    DataFault(
                        file.name, found: "no picture", expected: key + ".png",
                        advice: "add the picture of the line, or remove the text", missing: 1))
                continue
            }
            do throws(MDLSTMError) {
                let text = try LineText(contentsOf: file.path)
                read.entries.append(LineEntry(name: picture.name, picture: .file(picture), text: text))
            } catch {
                read.faults.append(DataFault(error, path: file.path, name: file.name, missing: 1))
            }
        }
        return read
    }

    /// 0 for a picture of the text's own name, then by ``forms``.
    private static func rank(_ picture: DataFile, _ key: String) -> Int {
        let form = picture.name.dropFirst(key.count).dropLast(picture.ending.count + 1).lowercased()
        return forms.firstIndex(of: form).map { $0 + 1 } ?? 0
    }
}
