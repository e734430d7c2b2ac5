import MDLSTM
import MDLSTMImages
import Synchronization

/// Decoded pictures that are kept as they are stored, so that small data sets are decoded once.
///
/// The first to be read are kept: the order of an epoch is random, so that none is more likely to come again soon.
final class PictureCache: Sendable {
    /// Bytes of samples that are kept at most.
    let capacity: Int
    private let kept = Mutex<(files: [String: ImageFile], bytes: Int)>(([:], 0))

    init(capacity: Int = min(256 << 20, MemoryLimit.tightest.left / 8)) { self.capacity = capacity }

    /// The picture of a file, read unless it is kept.
    func file(_ path: String) throws(MDLSTMError) -> ImageFile {
        if let file = kept.withLock({ $0.files[path] }) { return file }
        let file = try ImageFile(contentsOf: path)
        let size = file.byteCount
        kept.withLock { kept in
            guard kept.files[path] == nil, kept.bytes + size <= capacity else { return }
            kept.files[path] = file
            kept.bytes += size
        }
        return file
    }
}

extension ImageFile {
    /// Bytes that its samples take in memory.
    fileprivate var byteCount: Int {
        switch samples {
        case .bytes(let samples): samples.count
        case .words(let samples): 2 * samples.count
        }
    }
}
