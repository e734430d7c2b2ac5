import ArgumentParser
import MDLSTM
import MDLSTMMPI

@main
struct MDLSTMCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mdlstm",
        abstract: "Multi-dimensional LSTMs on any OpenCL device, and on the CPU as reference.",
        version: "0.1.0\nMPI: \(MPILauncher.library ?? "not built in")",
        subcommands: [
            DevicesCommand.self, CellsCommand.self, InitCommand.self, ConvertCommand.self, RunCommand.self,
            TrainCommand.self, EvaluateCommand.self, PredictCommand.self, SampleCommand.self, InpaintCommand.self,
            CheckDataCommand.self, LanguageModelCommand.self,
            DataCommand.self,
            ParityCommand.self,
            BenchCommand.self, TuneCommand.self, ExchangeCommand.self,
            InspectCommand.self,
            DemoCommand.self,
        ])

    /// Parses and runs a subcommand; every failure becomes one line on stderr and an exit code.
    static func main() {
        StandardStreams.open()
        StopRequest.listen(isTold: Ranks.isStartedFirst)
        FreedMemory.shareArena()
        DriverCrash.listenForMemory()
        do {
            try RawArguments.validate()
            var command = try parseAsRoot()
            try Ranks.validate(command)
            try command.run()
            DriverCrash.finish()
            Ranks.end()
        } catch {
            CommandFailure(error, root: Self.self).exit()
        }
    }
}
