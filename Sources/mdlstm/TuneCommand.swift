import ArgumentParser
import MDLSTM
import MDLSTMOpenCL
import OpenCLRuntime

struct TuneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tune", abstract: "Find by measurement what suits a device, and keep it.",
        discussion: """
            Times training steps of three layers with other register tiles, other parameters of CLBlast and every way \
            through the wavefronts, and writes the best to tuning.json in the configuration folder, \
            $XDG_CONFIG_HOME/swift-mdlstm or ~/.config/swift-mdlstm. Every other command uses that file for the device \
            and driver it names. Takes a few minutes where kernels have to be compiled; leave the machine alone meanwhile.
            """)

    @Option(help: ArgumentHelp(stringLiteral: DeviceChoice.help))
    var device: String?

    @Option(help: "Where to write, instead of the configuration folder.")
    var out: String?

    @Flag(help: "Print the tuning as JSON.")
    var json = false

    func run() throws {
        let device = try DeviceChoice.select(device ?? deviceFromEnvironment)
        printError("device: \(device.selector) \(device.name) (\(device.platformName))")
        let tuner = try Tuner(device: device) { printError($0) }
        let stored = StoredTuning(try tuner.run(), of: device)
        let path = try out ?? TuningFile.pathForWriting()
        try TuningFile.write(stored, to: path)
        try printResult(json ? stored.json.serialized() : "wrote \(path)")
    }
}
