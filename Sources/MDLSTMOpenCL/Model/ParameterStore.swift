package import MDLSTM
package import OpenCLRuntime

/// All parameters of a layer or model in one buffer of the device, one tensor after the other.
package struct ParameterStore<Element: Scalar> {
    package let layout: ParameterLayout
    package let values: Buffer<Element>

    package init(_ parameters: ParameterTensors<Element>, context: Context) throws {
        layout = ParameterLayout(parameters.shapes)
        values = try context.makeBuffer(copying: parameters.flat)
    }

    /// Number of elements of all tensors.
    package var count: Int { values.count }

    /// The tensors, copied to the host.
    package func read() throws -> ParameterTensors<Element> {
        ParameterTensors(shapes: layout.shapes, flat: try values.read())
    }
}

/// The offset of each tensor in a buffer of all tensors.
package struct ParameterLayout {
    package let shapes: [ParameterShape]
    private let offsets: [String: Int]

    package init(_ shapes: [ParameterShape]) {
        self.shapes = shapes
        var offsets: [String: Int] = [:]
        var next = 0
        for shape in shapes {
            offsets[shape.name] = next
            next += shape.count
        }
        self.offsets = offsets
    }

    /// Offset in elements of the tensor `name`; 0 for a tensor that does not exist and that no kernel reads.
    package func offset(_ name: String) -> Int { offsets[name] ?? 0 }
}

/// Offsets of a recurrent layer's tensors, for all of its directions or for some.
package struct RecurrentSlots {
    private let layout: ParameterLayout
    private let prefix: String

    /// The range of the directions, and the number of directions in the tensors; nil for all.
    private var part: (directions: Range<Int>, of: Int)?

    /// - Parameter prefix: the prefix of the layer's tensor names in a model: `0.` for the first layer
    package init(_ layout: ParameterLayout, prefix: String = "") {
        self.layout = layout
        self.prefix = prefix
    }

    /// The offsets for some of the layer's `count` directions.
    func part(_ directions: Range<Int>, of count: Int) -> RecurrentSlots {
        var slots = self
        slots.part = (directions, count)
        return slots
    }

    /// The index in the tensors of parameter set `s`; the sets of one depth follow one another.
    func set(_ s: Int) -> Int {
        guard let part else { return s }
        let (depth, direction) = s.quotientAndRemainder(dividingBy: part.directions.count)
        return depth * part.of + part.directions.lowerBound + direction
    }

    /// The direction of parameter set `s` of the tensors, where they have `count` unless only some are the layer's.
    func direction(ofSet s: Int, of count: Int) -> Int { s % (part?.of ?? count) }

    /// Offset of the layer's tensor `name`; 0 for a tensor that the layer does not have and that no kernel reads.
    func offset(_ name: String) -> Int { layout.offset(prefix + name) }

    /// Offset of the first direction's part in the layer's tensor `name`, which has `perSet` elements for each
    /// direction.
    func offset(_ name: String, perSet: Int) -> Int { offset(name) + (part?.directions.lowerBound ?? 0) * perSet }

    /// A key that differs between layers and between parts of their directions.
    var key: String { "\(prefix)\(part?.directions.lowerBound ?? 0)" }
}
