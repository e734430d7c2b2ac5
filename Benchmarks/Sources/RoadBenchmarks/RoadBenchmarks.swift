import ArgumentParser
import MDLSTM
import MDLSTMOpenCL
import OpenCLRuntime

/// Times what training on own data costs beside its computation.
@main
struct RoadBenchmarks: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Time training on ever-new grids against the same ones, and on a folder against memory.",
        discussion: """
            swift run -c release --package-path Benchmarks RoadBenchmarks
            swift run -c release --package-path Benchmarks RoadBenchmarks --folder FOLDER

            Grids: batches of 8 and 16 lines of 32 rows and 64 to 256 columns, four directions, 16 and 32 units. Each round \
            trains on some batches one after the other, every grid a new one, and on the same batches each several times \
            in a row, of which the first is not timed. The ratio is that of the times a site within a round; their median \
            is told. A folder's batches are timed as they are decoded and out of memory, in the same way.
            """)

    @Option(help: "Folder of pictures with masks, or of class folders.")
    var folder: String?

    @Option(help: "Rounds that are timed, after one that is not.")
    var rounds = 5

    @Option(help: "OpenCL device: P:D or part of its name.")
    var device: String?

    func run() throws {
        guard rounds > 0 else { throw ValidationError("--rounds must be positive") }
        let device = try Device.select(device)
        print(device.name)
        if let folder {
            let benchmark = try FolderBenchmark(folder, device: device)
            let times = try (0...rounds).map { try benchmark.round(UInt64($0)) }.dropFirst()
            return print(
                "an epoch out of the folder \(hundredths(median(times.map(\.folder)))) s, "
                    + "out of memory \(hundredths(median(times.map(\.memory)))) s, "
                    + "ratio \(hundredths(median(times.map { $0.folder / $0.memory })))")
        }
        for batch in [8, 16] {
            for hiddenSize in [16, 32] {
                let benchmark = try GridBenchmark(batch: batch, hiddenSize: hiddenSize, device: device)
                let ratios = try (0...rounds).map { try benchmark.round(UInt64($0)) }.dropFirst()
                print(
                    "\(batch) lines, \(hiddenSize) units: new grids \(hundredths(median(ratios.map(\.new)) * 1e6)) us a site, "
                        + "the same \(hundredths(median(ratios.map(\.same)) * 1e6)), "
                        + "ratio \(hundredths(median(ratios.map { $0.new / $0.same })))")
            }
        }
    }
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

func hundredths(_ value: Double) -> Double { (value * 100).rounded() / 100 }
