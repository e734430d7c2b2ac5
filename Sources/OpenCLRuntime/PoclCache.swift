private import Foundation

/// The folder in which pocl, which compiles kernels for processors, keeps what it has compiled. What it does when the folder
/// is damaged, cannot be written or has gone is seldom an error code: it reports no device, or ends the process.
public enum PoclCache {
    /// The folder by pocl's own rule.
    public static var folder: String {
        func variable(_ name: String) -> String? {
            getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
        }
        if let folder = variable("POCL_CACHE_DIR") { return folder }
        if let caches = variable("XDG_CACHE_HOME") { return caches + "/pocl/kcache" }
        return getenv("HOME").map { String(cString: $0) + "/.cache/pocl/kcache" } ?? "/tmp/pocl/kcache"
    }

    /// Whether the folder is there, or can be made, and files can be made in it.
    public static var isWritable: Bool {
        // The part of the path that is there decides.
        var path = folder
        while access(path, F_OK) != 0, errno == ENOENT, let slash = path.lastIndex(of: "/") {
            path = slash == path.startIndex ? "/" : String(path[..<slash])
            if path == "/" { break }
        }
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return false }
        let name = path + "/.mdlstm-\(getpid())-0.tmp"
        let descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        close(descriptor)
        unlink(name)
        return true
    }

    /// What to do where the folder cannot be written.
    static var howToMove: String {
        "pocl cannot write its cache of compiled kernels, '\(folder)': set POCL_CACHE_DIR (or XDG_CACHE_HOME) to a folder "
            + "that can be written"
    }

    /// What to do where the content of the folder may be damaged.
    public static var howToRenew: String {
        "pocl's cache of compiled kernels, '\(folder)', may be damaged, or its disk full: remove that folder, or set "
            + "POCL_CACHE_DIR to another"
    }
}
