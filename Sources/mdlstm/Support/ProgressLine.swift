import Foundation

/// A line on stderr that overwrites itself; silent where stderr is no terminal.
final class ProgressLine {
    let isTerminal = isatty(STDERR_FILENO) == 1 && Ranks.isFirst
    private var last = Date.distantPast
    private var isShown = false

    /// Shows `text`, at most ten times a second.
    func show(_ text: @autoclosure () -> String) {
        guard isTerminal, Date().timeIntervalSince(last) >= 0.1 else { return }
        last = Date()
        isShown = true
        write("\r\u{1b}[K" + text().prefix(width - 1))
    }

    /// A bar of `fraction` with a text behind it.
    func show(fraction: Double, _ text: @autoclosure () -> String) {
        show(bar(fraction) + " " + text())
    }

    /// Removes the line.
    func clear() {
        if isShown { write("\r\u{1b}[K") }
        isShown = false
    }

    /// Columns of the terminal: a line longer than that could not be overwritten.
    private var width: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 1 else { return 100 }
        return Int(size.ws_col)
    }

    private func bar(_ fraction: Double) -> String {
        let width = 30
        let filled = Int((fraction * Double(width)).rounded())
        return "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled) + "]"
    }

    private func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}
