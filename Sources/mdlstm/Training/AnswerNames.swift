import Foundation
import MDLSTM

/// The files of a model's answers: one for each input in a folder, of the same base name.
struct AnswerNames {
    private let path: String

    /// Base name of the file of each input.
    private let names: [String]

    /// What the files' names end in.
    let ending: String

    /// - Parameters:
    ///   - path: of the folder, made if it is not there
    ///   - inputs: their names
    ///   - areLines: whether what follows a # is a line of the page before it, `page.xml#line_3`
    /// - Throws: `MDLSTMError` where two inputs have one name, or an answer would take the place of one.
    init(_ path: String, of inputs: [String], ending: String, areLines: Bool = false) throws(MDLSTMError) {
        (self.path, self.ending) = (path, ending)
        func base(_ name: Substring) -> String {
            let base = String(name.split(separator: "/").last ?? name)
            return base.lastIndex(of: ".").map { $0 == base.startIndex ? base : String(base[..<$0]) } ?? base
        }
        names = inputs.map { name in
            guard areLines, let hash = name.firstIndex(of: "#") else { return base(name[...]) }
            return base(name[..<hash]) + "-" + name[name.index(after: hash)...].replacing("/", with: "_")
        }
        var first: [String: Int] = [:]
        for (index, name) in names.enumerated() {
            if let other = first[name] {
                throw MDLSTMError(
                    .data,
                    "\(inputs[index]) and \(inputs[other]) would both be answered in '\(name)'; predict them apart")
            }
            first[name] = index
        }
        try requireOtherFiles(inputs)
        _ = try OutputFolder(path)
    }

    /// The file of an input's answer, or of a part of it.
    func file(of number: Int, part: String? = nil, ending: String? = nil) -> String {
        let part = part.map { "-" + $0.replacing("/", with: "_") } ?? ""
        return "\(path)/\(names[number])\(part).\(ending ?? self.ending)"
    }

    /// Refuses a folder in which an answer would take the place of an input.
    private func requireOtherFiles(_ inputs: [String]) throws(MDLSTMError) {
        func place(_ path: String) -> String { URL(filePath: path).resolvingSymlinksInPath().standardizedFileURL.path }
        let folder = place(path)
        for input in inputs where input.contains("/") || fileExists(input) {
            let url = URL(filePath: place(input))
            guard url.deletingLastPathComponent().path == folder, url.pathExtension == ending else { continue }
            throw MDLSTMError(
                .cannotCreate,
                "\(path): expected a folder for the answers alone, found that of the inputs, where '\(input)' would be written "
                    + "over; choose another")
        }
    }
}
