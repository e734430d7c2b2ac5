import Foundation
import MDLSTM

/// Temporary folders that are locked as long as their process lives, so that what killed ones have left can be told and removed.
enum LockedFolder {
    /// Makes a new folder that no other process has, after those of ended processes of this user are removed.
    ///
    /// - Parameter prefix: of the folders' names
    /// - Throws: `MDLSTMError` of kind `cannotCreate`.
    static func make(prefix: String) throws(MDLSTMError) -> String {
        let parent = FileManager.default.temporaryDirectory.path
        removeLeft(in: parent, prefix: prefix)
        // One that is not yet locked may be taken for one that is left: then another.
        for _ in 0..<10 {
            var name = Array("\(parent)/\(prefix)XXXXXX".utf8CString)
            guard name.withUnsafeMutableBufferPointer({ mkdtemp($0.baseAddress!) }) != nil else { break }
            let path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            // Where folders cannot be locked they are not removed either.
            guard let lock = open(path) else { return path }
            _ = flock(lock, LOCK_EX)
            // The lock stays with its descriptor until the process ends.
            if isRemaining(path) { return path }
            close(lock)
        }
        throw MDLSTMError(.cannotCreate, "no folder can be made in \(parent); set TMPDIR to another")
    }

    private static func removeLeft(in parent: String, prefix: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        for name in names where name.hasPrefix(prefix) && name.utf8.count == prefix.utf8.count + 6 {
            let path = "\(parent)/\(name)"
            guard let lock = open(path) else { continue }
            if isOwn(lock), flock(lock, LOCK_EX | LOCK_NB) == 0 { try? FileManager.default.removeItem(atPath: path) }
            close(lock)
        }
    }

    /// A descriptor of a folder, which a program that this one starts does not get.
    private static func open(_ path: String) -> Int32? {
        let number = Foundation.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        return number >= 0 ? number : nil
    }

    private static func isOwn(_ descriptor: Int32) -> Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_uid == geteuid()
    }

    private static func isRemaining(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }
}
