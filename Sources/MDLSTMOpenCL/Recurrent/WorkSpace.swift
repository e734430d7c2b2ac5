import MDLSTM
import OpenCLRuntime

/// Buffers shared by layers that work one after the other: what one leaves in them is lost when the next begins.
final class WorkSpace<Element: Scalar> {
    private let context: Context
    private var buffers: [String: Buffer<Element>] = [:]

    /// Whose forward pass they have, for a backward pass that follows; nil when that is over.
    var content: Content?

    struct Content: Equatable {
        let owner: ObjectIdentifier
        let band: Int
    }

    init(context: Context) { self.context = context }

    /// The buffer called `name`, of at least `count` elements.
    ///
    /// One that becomes larger stays with those who have the smaller one: the largest should come first.
    func buffer(_ name: String, count: Int) throws -> Buffer<Element> {
        if let buffer = buffers[name], buffer.count >= count { return buffer }
        let buffer = try context.makeBuffer(of: Element.self, count: count)
        buffers[name] = buffer
        return buffer
    }
}
