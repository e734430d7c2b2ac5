/// The control group (cgroup) of this process: containers and services have their memory limited by one.
package enum ControlGroup {
    /// The least memory limit of the group and of those around it, in bytes; nil for none.
    static let memoryLimit: Int? = memoryLimit(
        membership: smallTextFile("/proc/self/cgroup") ?? "", root: "/sys/fs/cgroup")

    /// - Parameters:
    ///   - membership: the lines of `/proc/self/cgroup`: `NUMBER:CONTROLLERS:PATH`, `0::PATH` in version 2
    ///   - root: where the groups are mounted
    package static func memoryLimit(membership: String, root: String) -> Int? {
        var limits: [Int] = []
        for line in membership.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            if parts[1].isEmpty {
                // Where both versions are in use, the second lies in a folder of its own.
                for mount in [root, root + "/unified"] {
                    limits += self.limits("memory.max", path: parts[2], mount: mount)
                }
            } else if parts[1].split(separator: ",").contains("memory") {
                limits += self.limits("memory.limit_in_bytes", path: parts[2], mount: root + "/memory")
            }
        }
        // No limit is "max", or in version 1 the largest number of whole pages.
        return limits.filter { $0 < 1 << 60 }.min()
    }

    /// The numbers in the files `name` of a group and of all around it, as far as they can be seen: inside a container the
    /// mount may be the group itself.
    private static func limits(_ name: String, path: Substring, mount: String) -> [Int] {
        let folders = path.split(separator: "/")
        return (0...folders.count).compactMap { count in
            let folder = ([mount] + folders.prefix(count).map(String.init)).joined(separator: "/")
            return smallTextFile(folder + "/" + name).flatMap { Int($0.prefix { $0 != "\n" }) }
        }
    }
}
