import MDLSTM
import Testing
import _TestSupport

/// The reference against the numbers of other implementations.
struct PublishedCasesTests {
    @Test(arguments: PublishedCase.chosen) func agrees(_ example: PublishedCase) throws {
        let results = try example.results(of: ReferenceBackend<Double>())
        let tolerance = example.tolerance(.float64)
        #expect(results.names == example.expected.names)
        for (name, expected) in example.expected.entries {
            expectClose(
                results[name]!, expected, absolute: tolerance.absolute, relative: tolerance.relative,
                "\(example), \(name)")
        }
    }

    @Test func namesAreUnique() {
        #expect(PublishedCase.all.count == 9)
        #expect(Set(PublishedCase.all.map(\.name)).count == PublishedCase.all.count)
    }
}
