import MDLSTM

/// What the arrays of a data set mean, by their shapes and types.
struct ArrayForm: Equatable {
    let kind: TaskKind
    let axes: Int, features: Int

    /// Numbers of an answer, or classes of a distribution; nil for labels, whose largest decides.
    let outputs: Int?
    let isPerSample: Bool

    /// Whether targets are numbers of classes.
    var holdsLabels: Bool { outputs == nil }

    /// x is `[B, E.., I]`. Of a float type, y `[B, E.., O]`, `[B]` or `[B, O]` are numbers to learn; of an integer type,
    /// `[B, E..]` are labels of sites and `[B]` of samples. Where the kind is given, the other type will do, and
    /// `[.., C]` holds distributions over classes.
    ///
    /// - Throws: `MDLSTMError` of kind `data` with the shapes, what was expected and what to do.
    init(_ files: ArrayFiles, kind: TaskKind?) throws(MDLSTMError) {
        let (x, y) = (files.x, files.y)
        guard x.shape.count >= 3 else {
            throw MDLSTMError(
                .data,
                "\(x.name): expected [B, E.., I]: samples, at least one axis of sites, and features, found the shape \(x.shape); "
                    + "add an axis, x[..., None]")
        }
        (axes, features) = (x.shape.count - 2, x.shape[x.shape.count - 1])
        let sites = Array(x.shape.dropFirst().dropLast())
        let rest = y.rowShape
        // [E..], [E.., O], [] and [O], without the samples.
        let (isBare, isOfSites) = (rest == sites, rest.dropLast() == sites[...] && rest.count == axes + 1)
        let isFloat = y.type.isFloatingPoint
        func failure(_ expected: String, _ advice: String) -> MDLSTMError {
            MDLSTMError(
                .data,
                "\(y.name): expected \(expected) for x of the shape \(x.shape), found \(isFloat ? "numbers" : "integers") of the "
                    + "shape \(y.shape); \(advice)")
        }
        guard x.shape[0] == 0 || !sites.contains(0) else {
            throw failure("samples with sites", "leave out samples without any")
        }
        guard !y.shape.isEmpty else { throw failure("a target for each sample", "save an array of them") }
        self.kind = kind ?? (isFloat ? .regress : isBare ? .labelSites : .classify)
        let last = rest.last
        switch self.kind {
        case .nextSymbol, .transcribe, .density:
            throw failure(
                "data for " + TaskKind.ofArrays.map(\.rawValue).joined(separator: ", "),
                kind == .density
                    ? "give an array of pictures alone"
                    : kind == .transcribe
                        ? "give pictures of lines with .gt.txt beside them" : "give text as a .txt file")
        case .regress:
            guard isOfSites || rest.count <= 1 else {
                throw failure(
                    "[B, E.., O], or [B] or [B, O] for one answer a sample",
                    isBare ? "add an axis, y[..., None]" : "save y so")
            }
            (isPerSample, outputs) = (!isOfSites, last ?? 1)
        case .labelSites:
            guard isBare || isOfSites && kind != nil else {
                throw failure("[B, E..]" + (kind == nil ? "" : " or [B, E.., C]"), "save a label for each site")
            }
            (isPerSample, outputs) = (false, isBare ? nil : last)
        case .classify:
            guard rest.isEmpty || rest.count == 1 && kind != nil else {
                throw failure(
                    kind == nil ? "[B] or [B, E..] of integers" : "[B] or [B, C]",
                    isOfSites ? "labels of sites have no last axis, y[..., 0]; distributions need --kind" : "save y so")
            }
            (isPerSample, outputs) = (true, rest.isEmpty ? nil : last)
        }
        guard features > 0, outputs ?? 1 > 0 else {
            throw failure("at least one feature and one output", "save them again")
        }
    }

    /// In words, for messages.
    var text: String {
        "\(kind.rawValue), \(counted(axes, "axis", plural: "axes")), \(counted(features, "feature"))"
            + (outputs.map { ", \(counted($0, "output"))" } ?? "") + (isPerSample ? " a sample" : " a site")
    }
}
