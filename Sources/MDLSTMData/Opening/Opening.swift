import MDLSTM

/// Opens what was recognised: checks every sample, and decides on channels and classes.
struct Opening {
    let shape: DataShape
    private(set) var classes: [String]
    let ignoredLabels: Set<Int>

    /// Of lines.
    private(set) var alphabet: Alphabet?
    private(set) var texts: [DataPart: [String]] = [:]
    let channels: Int?
    private(set) var parts: [DataPart: (source: any SampleSource, indices: [Int])] = [:]
    private(set) var faults: [DataFault] = []
    private(set) var leftOut = 0
    private(set) var classCounts: [Int] = []
    private(set) var ignoredSites = 0

    /// What pictures say besides in the summary.
    let remarks: [String]
    let skipsBad: Bool

    /// - Parameter name: of the data, for faults of the whole
    init(_ found: FoundData, _ request: DataRequest, name: String) throws {
        skipsBad = request.skipsBad
        let sources: [DataPart: CheckedSource]
        let open: DataShape
        var isMasks = false
        switch found {
        case .pictures(let parts):
            let opened = OpenedPictures(parts, request)
            isMasks = opened.shape.kind == .labelSites
            (sources, open, channels, remarks) = (opened.sources, opened.shape, opened.channels, opened.remarks)
            classes = opened.classes
        case .arrays(let parts):
            (sources, open) = try Self.open(parts, request)
            (channels, remarks, classes) = (nil, [], [])
        case .idx(let parts):
            let channels = request.channels ?? 1
            sources = Self.open(parts, request, channels: channels)
            open = DataShape(kind: .classify, axes: 2, features: channels, outputs: 0, isAnswerPerSample: true)
            (self.channels, remarks, classes) = (channels, [], [])
        case .lines(let parts):
            let opened = try OpenedLines(parts, request)
            (sources, open, channels, remarks, classes) = (opened.sources, opened.shape, 1, opened.remarks, [])
            (alphabet, texts) = (opened.alphabet, opened.texts)
        case .images:
            throw MDLSTMError(
                .data,
                "\(name): found pictures that nothing is told of, data for density; expected data for classes or numbers: see "
                    + "'mdlstm help check-data'")
        case .text:
            throw MDLSTMError(
                .data,
                "\(name): found text, data for nextSymbol; expected data for classes or numbers: see 'mdlstm help check-data'"
            )
        }
        let ignored = request.ignoredLabels ?? (isMasks ? [255] : [])
        ignoredLabels = ignored
        var filled = open
        let isOfClasses = open.kind != .regress && open.kind != .transcribe
        if isOfClasses {
            if classes.isEmpty {
                let labels = ClassLabels(sources, ignored: ignored, most: request.classes?.count)
                classes = request.classes ?? (0..<(open.outputs > 0 ? open.outputs : labels.count)).map(String.init)
            }
            guard open.outputs == 0 || open.outputs == classes.count else {
                throw MDLSTMError(
                    .data,
                    "\(name): expected distributions over \(counted(classes.count, "class", plural: "classes")), found "
                        + "\(counted(open.outputs, "number")); name them all in the config's 'classes', or leave it out"
                )
            }
            filled.outputs = classes.count
        }
        shape = filled
        classCounts = Array(repeating: 0, count: open.outputs > 0 ? 0 : classes.count)
        for part in DataPart.allCases {
            if let source = sources[part] { take(source, part, isOfMasks: isMasks, named: request.classes != nil) }
        }
        let isEmpty = parts.values.allSatisfy(\.indices.isEmpty)
        if isEmpty, faults.isEmpty || skipsBad && faults.allSatisfy(\.canBeLeftOut) {
            faults.append(Self.noSamples(name, areLeftOut: leftOut > 0))
        }
        guard faults.isEmpty else { return }
        if !isEmpty, isOfClasses, classes.count < 2, request.classes == nil, request.limit == nil {
            faults.append(Self.oneClass(name, isMasks && ignoredSites > 0 ? ignored : []))
        }
    }

    private static func noSamples(_ name: String, areLeftOut: Bool) -> DataFault {
        DataFault(
            name, found: areLeftOut ? "no sample without a fault" : "no samples", expected: "at least one",
            advice: areLeftOut ? "mend some" : "put some there", canBeLeftOut: false)
    }

    private static func oneClass(_ name: String, _ ignored: Set<Int>) -> DataFault {
        let labels = ignored.sorted().map(String.init).joined(separator: ", ")
        return DataFault(
            name,
            found: "one class"
                + (ignored.isEmpty ? "" : " besides \(labels), which \(ignored.count == 1 ? "is" : "are") ignored"),
            expected: "at least 2 to tell apart",
            advice: ignored.isEmpty
                ? "add samples of another"
                : "write labels 0, 1, 2, .., or say in the config's task which label to ignore",
            canBeLeftOut: false)
    }

    private static func open(
        _ parts: [DataPart: ArrayFiles], _ request: DataRequest
    ) throws -> (sources: [DataPart: CheckedSource], shape: DataShape) {
        var sources: [DataPart: CheckedSource] = [:]
        var forms: [(form: ArrayForm, name: String)] = []
        for part in DataPart.allCases {
            guard let files = parts[part] else { continue }
            let form = try ArrayForm(files, kind: request.kind)
            if let first = forms.first, first.form != form {
                throw MDLSTMError(
                    .data,
                    "\(files.y.name): expected arrays for the same as \(first.name), \(first.form.text), found \(form.text); save "
                        + "them alike")
            }
            forms.append((form, files.y.name))
            let samples = try ArraySamples(files, form)
            let indices = evenly(samples.count, limit: request.limit)
            sources[part] = CheckedSource(
                source: samples, indices: indices,
                checks: concurrently(indices.count) { samples.check(indices[$0]) },
                faults: files.countFault.map { [$0] } ?? [])
        }
        let form = forms[0].form
        return (
            sources,
            DataShape(
                kind: form.kind, axes: form.axes, features: form.features, outputs: form.outputs ?? 0,
                isAnswerPerSample: form.isPerSample)
        )
    }

    private static func open(
        _ parts: [DataPart: IDXPair], _ request: DataRequest, channels: Int
    ) -> [DataPart: CheckedSource] {
        parts.mapValues { pair in
            switch IDXSamples.open(pair, channels: channels) {
            case .success(let samples):
                let indices = evenly(samples.count, limit: request.limit)
                return CheckedSource(
                    source: samples, indices: indices, checks: indices.map { samples.checks[$0] },
                    faults: samples.countFault.map { [$0] } ?? [])
            case .failure(let damage):
                return CheckedSource(source: NoSamples(), indices: [], checks: [], faults: damage.faults)
            }
        }
    }

    /// Counts the labels of a part, and takes the samples without a fault.
    private mutating func take(_ part: CheckedSource, _ name: DataPart, isOfMasks: Bool, named: Bool) {
        faults += part.faults
        leftOut += part.faults.reduce(0) { $0 + $1.missing }
        var indices: [Int] = []
        for (index, check) in zip(part.indices, part.checks) {
            var own = check.faults
            for label in check.labels where !ignoredLabels.contains(label.label) {
                if classes.indices.contains(label.label) { continue }
                own.append(beyond(label, part.source.place(ofLabel: label.first, sample: index), named: named))
                break
            }
            faults += own
            guard own.isEmpty else {
                leftOut += 1
                continue
            }
            indices.append(index)
            for label in check.labels {
                if ignoredLabels.contains(label.label) {
                    ignoredSites += label.count
                } else if classCounts.indices.contains(label.label) {
                    classCounts[label.label] += label.count
                }
            }
        }
        parts[name] = (part.source, indices)
    }

    /// A label that is the number of no class.
    private func beyond(_ label: LabelCount, _ place: (file: String, place: String), named: Bool) -> DataFault {
        let most = classes.count - 1
        let ignore =
            shape.kind == .labelSites
            ? "correct it, or have it ignored by \"ignoreLabel\": \(label.label) in the config's task" : "correct it"
        return DataFault(
            place.file, found: "label \(label.label) at \(place.place)",
            expected: most < 0
                ? "labels from 0" : "0 to \(most)" + (named ? ", the numbers of the config's classes" : ""),
            advice: ignore)
    }
}

/// What labels say of the classes where nothing else does.
private struct ClassLabels {
    /// One more than the largest label.
    private(set) var count = 0

    /// More classes than these are none: a label beyond them is a fault.
    private static let mostClasses = 1 << 16

    init(_ sources: [DataPart: CheckedSource], ignored: Set<Int>, most: Int?) {
        for check in sources.values.flatMap(\.checks) {
            for label in check.labels.map(\.label)
            where !ignored.contains(label) && (0..<(most ?? Self.mostClasses)).contains(label) {
                count = max(count, label + 1)
            }
        }
    }
}
