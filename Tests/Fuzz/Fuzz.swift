import Foundation

/// Feeds one reader what libFuzzer makes up; `FUZZ_READER` in the environment names it.
///
/// A reader reads or refuses: it must not trap, hang, or take memory that the size of the file does not account for.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    reader.check(Array(UnsafeBufferPointer(start: data, count: count)))
    return 0
}

private let reader: Reader = {
    let name = ProcessInfo.processInfo.environment["FUZZ_READER"] ?? ""
    guard let reader = Reader(rawValue: name) else {
        let names = Reader.allCases.map(\.rawValue).joined(separator: " ")
        fatalError("expected FUZZ_READER to be one of \(names), found '\(name)'")
    }
    return reader
}()
