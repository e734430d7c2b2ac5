/// Refuses an array that there is no memory for, which would otherwise end the process.
///
/// Throws `.outOfMemory`.
///
/// - Parameters:
///   - what: the array in words, for the message
///   - advice: what to do instead
package func requireMemory<T>(
    for count: Int, of type: T.Type, _ what: @autoclosure () -> String, advice: String = "take a smaller one"
) throws(MDLSTMError) {
    let size = MemoryLayout<T>.stride
    let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
    let limit = MemoryLimit.tightest
    guard overflow || bytes > limit.left else { return }
    throw limit.isExceeded(
        by: "\(what()) would take \(count) times \(counted(size, "byte"))", fits: "\(limit.left / size)", advice: advice
    )
}

extension MemoryLimit {
    /// The refusal of something that takes more than is left.
    ///
    /// - Parameters:
    ///   - what: what it is and takes
    ///   - fits: how much of it would do
    ///   - advice: what to do instead
    package func isExceeded(by what: String, fits: String, advice: String) -> MDLSTMError {
        MDLSTMError(
            .outOfMemory,
            "\(what); \(name) allows \(bytes) bytes, of which \(left) are left for it, enough for \(fits); \(advice)")
    }
}
