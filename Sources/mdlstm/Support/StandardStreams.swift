import Foundation
import MDLSTM

/// Writes one line to stderr; of several ranks the first alone does.
func printError(_ line: String) {
    guard Ranks.isFirst else { return }
    printFailure(line)
}

/// Writes one line to stderr, on whatever rank.
func printFailure(_ line: String) {
    // There is nobody to tell when stderr itself is closed or full.
    _ = writeAll(line + "\n", to: STDERR_FILENO)
}

/// Writes a line of results to stdout; of several ranks the first alone does.
///
/// - Throws: `MDLSTMError` of kind `cannotWrite` when that fails: on a full disk, say.
func printResult(_ line: String) throws(MDLSTMError) {
    guard Ranks.isFirst else { return }
    if let reason = writeAll(line + "\n", to: STDOUT_FILENO) {
        throw MDLSTMError(.cannotWrite, "the results cannot be written to stdout: \(reason)")
    }
}

/// Writes all of a text; why that failed in words, nil if it did not.
private func writeAll(_ text: String, to descriptor: Int32) -> String? { writeAll(Array(text.utf8), to: descriptor) }

/// Writes all bytes; why that failed in words, nil if it did not.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> String? {
    bytes.withUnsafeBytes { bytes in
        var done = 0
        while done < bytes.count {
            let count = write(descriptor, bytes.baseAddress! + done, bytes.count - done)
            if count < 0, errno == EINTR { continue }
            if count < 0 { return String(cString: strerror(errno)) }
            done += count
        }
        return nil
    }
}

/// The three descriptors that every process begins with.
enum StandardStreams {
    /// Opens those that the parent has closed, so that no file of ours gets their number: input as empty, stdout so that
    /// writing to it is still an error, stderr as nowhere.
    static func open() {
        for (number, mode) in [(STDIN_FILENO, O_RDONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_WRONLY)]
        where fcntl(number, F_GETFD) < 0 {
            _ = Foundation.open("/dev/null", mode)
        }
    }
}
