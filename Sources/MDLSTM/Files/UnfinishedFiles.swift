private import Synchronization

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The temporary files of this process, so that a signal that ends it can remove them.
package enum UnfinishedFiles {
    /// A file of the list.
    final class Entry {
        let path: UnsafeMutablePointer<CChar>
        fileprivate let node: UnsafeMutablePointer<Node>

        fileprivate init(_ path: String) {
            self.path = strdup(path)
            node = .allocate(capacity: 1)
            node.initialize(to: Node(path: self.path, next: nil))
        }

        deinit {
            node.deallocate()
            free(path)
        }
    }

    /// A list that a signal handler can walk: it is made of plain memory.
    fileprivate struct Node {
        let path: UnsafeMutablePointer<CChar>
        var next: UnsafeMutablePointer<Node>?
    }

    nonisolated(unsafe) private static var first: UnsafeMutablePointer<Node>?

    /// Held while the list or a file of it changes. No lock of the system's: a signal handler waits for it too.
    private static let isLocked = Atomic<Bool>(false)

    /// The signals whose handlers may call ``removeAll()``.
    package static let endingSignals = [SIGINT, SIGTERM, SIGHUP, SIGPIPE]

    /// Adds a file that `create` makes; nil where it does not succeed.
    static func add(_ path: String, _ create: () -> Bool) -> Entry? {
        let entry = Entry(path)
        return changing {
            guard create() else { return nil }
            entry.node.pointee.next = first
            first = entry.node
            return entry
        }
    }

    /// Takes a file off the list, if it is there, once `body` has removed or renamed it.
    static func remove(_ entry: Entry, _ body: () -> Void) {
        changing {
            var place: UnsafeMutablePointer<Node>? = first
            var previous: UnsafeMutablePointer<Node>?
            while let node = place, node != entry.node { (previous, place) = (node, node.pointee.next) }
            guard let place else { return }
            body()
            if let previous { previous.pointee.next = place.pointee.next } else { first = place.pointee.next }
        }
    }

    /// Removes all files, from within the handler of a signal that ends the process. No file of this process is made or gets
    /// its name afterwards.
    package static func removeAll() {
        // Another thread holds the lock for a few system calls. This one cannot: the signals are held back meanwhile; but
        // where memory is broken, nobody may ever give it back.
        var pause = timespec(tv_sec: 0, tv_nsec: 100_000)
        for _ in 0..<20_000 {
            if !isLocked.exchange(true, ordering: .acquiring) { break }
            nanosleep(&pause, nil)
        }
        var node = first
        while let file = node {
            unlink(file.pointee.path)
            node = file.pointee.next
        }
    }

    /// Calls `body` while no signal handler of this thread or another removes files.
    private static func changing<Result>(_ body: () -> Result) -> Result {
        var signals = sigset_t()
        var before = sigset_t()
        sigemptyset(&signals)
        for signal in endingSignals { sigaddset(&signals, signal) }
        pthread_sigmask(SIG_BLOCK, &signals, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        while isLocked.exchange(true, ordering: .acquiring) { sched_yield() }
        defer { isLocked.store(false, ordering: .releasing) }
        return body()
    }

    private static let looked = Mutex<Set<String>>([])

    /// Removes what processes that were killed left half written in a folder: temporary files that nobody holds open. Looks
    /// once into each folder.
    ///
    /// - Parameter folder: a path that ends in a slash
    package static func removeRemains(inFolder folder: String) {
        guard looked.withLock({ $0.insert(folder).inserted }) else { return }
        for name in fileNames(inFolder: folder) ?? [] where name.hasPrefix(".mdlstm-") && name.hasSuffix(".tmp") {
            let path = folder + name
            let descriptor = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            var (held, named) = (stat(), stat())
            guard fstat(descriptor, &held) == 0, held.st_mode & S_IFMT == S_IFREG, held.st_uid == geteuid(),
                flock(descriptor, LOCK_EX | LOCK_NB) == 0, lstat(path, &named) == 0, named.st_ino == held.st_ino,
                named.st_dev == held.st_dev
            else { continue }
            unlink(path)
        }
    }
}
