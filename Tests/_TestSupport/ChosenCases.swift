import Foundation
package import MDLSTM

/// The cases that tests run over: all or, with `MDLSTM_CASES=text`, those whose names contain the text, as with
/// `mdlstm parity --only text`.
///
/// A text that no name contains stops the tests: with no cases at all they would pass.
private let chosenName: String = {
    let name = ProcessInfo.processInfo.environment["MDLSTM_CASES"] ?? ""
    let names = LayerCase.all.map(\.name) + ModelCase.all.map(\.name) + PublishedCase.all.map(\.name)
    guard isChosen(name, among: names) else {
        fatalError("MDLSTM_CASES: no case's name contains '\(name)'; `mdlstm parity --json` lists them")
    }
    return name
}()

/// Whether some of `names` contains `name`.
package func isChosen(_ name: String, among names: [String]) -> Bool {
    name.isEmpty || names.contains { $0.contains(name) }
}

extension LayerCase {
    /// The layers that tests run over.
    package static let chosen = all.filter { isChosen(chosenName, among: [$0.name]) }
}

extension ModelCase {
    /// The models and operations that tests run over.
    package static let chosen = all.filter { isChosen(chosenName, among: [$0.name]) }
}

extension PublishedCase {
    /// The published answers that tests run over.
    package static let chosen = all.filter { isChosen(chosenName, among: [$0.name]) }
}
