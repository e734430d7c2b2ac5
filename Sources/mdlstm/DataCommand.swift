import ArgumentParser
import Foundation
import MDLSTM
import MDLSTMImages
import MDLSTMTasks

/// Data that are made, not collected.
struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data", abstract: "Make data to learn from.", subcommands: [DeadLeavesCommand.self])
}

struct DeadLeavesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead-leaves", abstract: "Draw gray pictures of discs of all sizes that hide one another.",
        discussion: """
            Opaque discs, radius density proportional to r^-3, centres and gray uniform, laid from the top down until every \
            pixel is covered. Drawn at twice the size and averaged. DIR gets leaves-0000.png, leaves-0001.png, ..; picture K \
            depends on size, radii, seed and K alone.
            """)

    @Option(parsing: .unconditional, help: "Pictures to draw.")
    var count = 1

    @Option(parsing: .unconditional, help: "Height and width in pixels.")
    var size = PictureSize(height: 256, width: 256)

    @Option(
        parsing: .unconditional,
        help: "Least and largest radius in pixels, such as 2..64; 2 to half of the smaller side unless given.")
    var radius: RadiusRange?

    @Option(parsing: .unconditional, help: "Seed of all random numbers.")
    var seed: UInt64 = 1

    @Option(help: "Folder for the pictures, made if it is not there.")
    var out: String

    @Flag(help: "Write over pictures of the same names.")
    var overwrite = false

    private static let most = 10_000

    func validate() throws {
        guard (1...Self.most).contains(count) else {
            throw ValidationError("--count must be from 1 to \(Self.most), found \(count)")
        }
        let sides = DeadLeaves.extents
        guard sides.contains(size.height), sides.contains(size.width) else {
            throw ValidationError(
                "--size must have sides from \(sides.lowerBound) to \(sides.upperBound), found \(size)")
        }
        guard let radius else { return }
        let radii = DeadLeaves.supportedRadii
        guard radii.contains(radius.least), radii.contains(radius.largest), radius.least <= radius.largest else {
            throw ValidationError(
                "--radius must be MIN..MAX, rising, from \(radii.lowerBound) to \(radii.upperBound), found "
                    + "\(radius.least)..\(radius.largest)")
        }
    }

    func run() throws {
        let leaves = DeadLeaves(
            height: size.height, width: size.width,
            radii: radius.map { $0.least...$0.largest }
                ?? DeadLeaves.defaultRadii(height: size.height, width: size.width),
            seed: seed)
        let names = (0..<count).map { String(format: "leaves-%04d.png", $0) }
        if !overwrite { try requireNone(of: names) }
        let folder = try OutputFolder(out)
        let progress = ProgressLine()
        for (number, name) in names.enumerated() {
            progress.show(fraction: Double(number) / Double(count), name)
            let picture = leaves.picture(number)
            try folder.write(name) { path throws(MDLSTMError) in try picture.write(to: path) }
        }
        progress.clear()
        for file in folder.written { try printResult(file) }
    }

    /// Refuses to write over pictures.
    private func requireNone(of names: [String]) throws(MDLSTMError) {
        let there = Set(fileNames(inFolder: out) ?? []).intersection(names).sorted()
        guard let first = there.first else { return }
        let others = there.count > 1 ? " and \(counted(there.count - 1, "other"))" : ""
        throw MDLSTMError(
            .cannotCreate,
            "\(out): expected none of the pictures that are to be written, found '\(first)'\(others); write over them "
                + "(--overwrite), or choose another folder with --out")
    }
}

/// Two radii, such as 2..64.
struct RadiusRange: ExpressibleByArgument, Sendable {
    let least: Double, largest: Double

    init?(argument: String) {
        let parts = argument.components(separatedBy: "..").map { Double($0) }
        guard parts.count == 2, let least = parts[0], let largest = parts[1] else { return nil }
        (self.least, self.largest) = (least, largest)
    }
}
