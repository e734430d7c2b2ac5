import MDLSTM
import Testing

extension CommandSuites {
    /// `mdlstm exchange` of one rank; over several `Scripts/test-mpi.sh` and `Scripts/test-hosts.sh` have it.
    @Suite struct ExchangeCommandTests {
        @Test func oneRankSendsNothing() throws {
            let arguments = ["exchange", "--megabytes", "0.5", "--rounds", "3"]
            let output = try CommandLineTool.succeed(arguments + ["--json"]).output
            let report = try JSONValue(parsing: Array(output.utf8), name: "report")
            #expect(report["ranks"] == 1 && report["bytes"] == 500_000 && report["rounds"] == 3)
            let sent = try #require(report["sent"]?.arrayValue?.first)
            #expect(sent["messages"] == 0 && sent["bytes"] == 0)
            let text = try CommandLineTool.succeed(arguments).output
            #expect(text.hasPrefix("sum of 125000 numbers (500000 bytes) over 1 rank, 3 rounds: minimum "))
        }

        @Test(arguments: [
            ["--megabytes", "0"], ["--megabytes", "-1"], ["--megabytes", "5000"], ["--rounds", "0"],
            ["--exchange-timeout", "0"],
        ])
        func refusesNumbers(_ flags: [String]) throws {
            try CommandLineTool.fail(64, ["exchange"] + flags, saying: [flags[0]])
        }

        /// Each by itself, they would time nothing.
        @Test func refusesRanksThatDoNotKnowOfEachOther() throws {
            try CommandLineTool.fail(
                69, ["exchange"], saying: ["started as one of 3 ranks"], environment: ["OMPI_COMM_WORLD_SIZE": "3"])
        }
    }
}
