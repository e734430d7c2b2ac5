import ArgumentParser
import Foundation
import MDLSTM

/// Arguments and variables as the system hands them over: bytes. Swift would replace what is not UTF-8, and a path would be
/// that of another file.
enum RawArguments {
    /// Refuses arguments, and variables that this program reads, that are not UTF-8.
    static func validate() throws {
        for index in 1..<max(1, Int(CommandLine.argc)) {
            guard let argument = CommandLine.unsafeArgv[index] else { continue }
            guard String(validatingCString: argument) == nil else { continue }
            throw ValidationError(
                "argument \(index), '\(readable(argument))', is not UTF-8; rename the file, or name a link to it")
        }
        for name in ["MDLSTM_DEVICE", "MDLSTM_KERNELS", "XDG_CONFIG_HOME", "HOME"] {
            guard let value = getenv(name), String(validatingCString: value) == nil else { continue }
            throw ValidationError("the variable \(name), '\(readable(value))', is not UTF-8; give it another value")
        }
    }

    /// The text with `\xff` for bytes that are not ASCII.
    private static func readable(_ text: UnsafePointer<CChar>) -> String {
        UnsafeBufferPointer(start: text, count: strlen(text)).map { byte in
            let byte = UInt8(bitPattern: byte)
            return (32..<127).contains(byte) ? String(UnicodeScalar(byte)) : "\\x" + String(format: "%02x", byte)
        }.joined()
    }
}
