import MDLSTM
import MDLSTMData
import MDLSTMTasks

/// The alphabet of lines that a training keeps from elsewhere.
struct KeptAlphabet {
    /// Nil where the texts decide alone.
    let alphabet: Alphabet?

    /// That of the configuration; of a training that begins with another model that model's too, and every character that the
    /// texts to train with have besides.
    init(_ command: TrainDataCommand, _ given: GivenConfiguration) throws {
        let named = given.taskSettings.flatMap { $0.kind == .transcribe ? $0.alphabet : nil }
        guard let path = command.from, let earlier = try Self.alphabet(ofModel: path) else {
            alphabet = named
            return
        }
        var request = try command.source.request(
            kind: .transcribe, ignoredLabels: nil, classes: nil, channels: nil)
        request.decodesPictures = false
        let data = try OpenedData(command.data, request)
        let symbols = Set(earlier.symbols).union(named?.symbols ?? []).union(data.alphabet?.symbols ?? [])
        let added = symbols.count - earlier.symbols.count
        if added > 0 { printError("alphabet: that of \(path), and \(counted(added, "character")) more") }
        alphabet = try Alphabet(.characters, symbols: symbols)
    }

    /// Nil where the file is no model of lines.
    private static func alphabet(ofModel path: String) throws -> Alphabet? {
        let path = TrainedModel<Float>.file(of: path)
        guard let task = try TensorFile(contentsOf: path).configuration()?["task"],
            task["kind"]?.stringValue == TaskKind.transcribe.rawValue
        else { return nil }
        return try TaskSettings(json: task, name: path).alphabet
    }
}
