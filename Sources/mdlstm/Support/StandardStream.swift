import ArgumentParser
import Foundation
import MDLSTM

/// `-` in the place of a path: standard input or output.
enum StandardStream {
    /// The path of an input.
    static func input(_ path: String) -> String { path == "-" ? "/dev/stdin" : path }

    /// The path of an output.
    static func output(_ path: String) -> String { path == "-" ? "/dev/stdout" : path }

    /// Whether what is written to `path` goes where the lines of results go.
    static func isOutput(_ path: String) -> Bool {
        if let number = descriptorNumber(output(path)) { return number == STDOUT_FILENO }
        var (named, open) = (stat(), stat())
        // A terminal or a pipe by its name.
        return stat(path, &named) == 0 && named.st_mode & S_IFMT != S_IFREG && fstat(STDOUT_FILENO, &open) == 0
            && named.st_dev == open.st_dev && named.st_ino == open.st_ino && !isNull(path)
    }

    private static func isNull(_ path: String) -> Bool {
        var (named, null) = (stat(), stat())
        return stat(path, &named) == 0 && stat("/dev/null", &null) == 0 && named.st_rdev == null.st_rdev
    }
}
