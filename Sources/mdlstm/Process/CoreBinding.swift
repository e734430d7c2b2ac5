import Foundation
import MDLSTM
import MDLSTMMPI

/// The cores that a launcher of ranks leaves to this process.
///
/// Open MPI binds each of one or two ranks to a core unless told `--bind-to none`; a device that is a processor then has one thread.
enum CoreBinding {
    // Set by the first device, before there is another thread.
    nonisolated(unsafe) private static var isTold = false

    private static var all: Int { Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// Cores of the launcher itself, which binds its ranks and not itself; all where that is not known.
    static var ofLauncher: Int { cores(ofProcess: "\(getppid())") ?? all }

    /// Says once, where a launcher has bound this process to fewer cores than its share, that a processor computes on these alone.
    ///
    /// - Parameter ranks: on this host
    static func note(ranks: Int) {
        guard !isTold, MPILauncher.size != nil, let own = cores(ofProcess: "self") else { return }
        let share = max(1, ofLauncher / ranks)
        guard own < share else { return }
        isTold = true
        printError(
            "note: the launcher has bound \(ranks > 1 ? "each rank" : "this process") to \(counted(own, "core")) of its \(share); a "
                + "processor computes faster with --bind-to none (Open MPI)")
    }

    /// Cores that a process may run on; nil where Linux is not there to ask.
    private static func cores(ofProcess process: String) -> Int? {
        guard let text = smallTextFile("/proc/\(process)/status") else { return nil }
        let name = "Cpus_allowed:"
        let lines = text.split(separator: "\n")
        guard let line = lines.first(where: { $0.hasPrefix(name) }) else { return nil }
        // A bit for each core in hexadecimal digits; where some are not there, their bits may be set too.
        let count = line.dropFirst(name.utf8.count).reduce(0) { $0 + ($1.hexDigitValue ?? 0).nonzeroBitCount }
        return count > 0 ? min(count, all) : nil
    }
}
