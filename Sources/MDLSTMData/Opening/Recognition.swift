import Foundation
import MDLSTM

/// Finds out by looking what a path holds.
struct Recognition {
    let path: String
    let kind: TaskKind?

    /// - Throws: `MDLSTMError` of kind `missingInput` where there is nothing, of kind `data` where nothing is recognised, or
    ///   more than one thing.
    func callAsFunction() throws(MDLSTMError) -> FoundData {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw MDLSTMError(.missingInput, "\(path): expected a file or a folder of data, found none; check the path")
        }
        return isFolder.boolValue ? try recognised(Folder(path: path)) : try file()
    }

    /// A file by its name.
    private func file() throws(MDLSTMError) -> FoundData {
        let file = DataFile(path: path, name: URL(filePath: path).lastPathComponent)
        if file.ending == "npz" { return .arrays(try ArrayFiles.parts(ofArchive: file)) }
        if IDXPair.isName(file.lastComponent) {
            let folder = try Folder(path: URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false))
            let pairs = IDXPair.pairs(in: folder.files, with: file.lastComponent)
            guard let pair = pairs.values.first else {
                throw MDLSTMError(
                    .data,
                    "\(path): expected images with their labels beside them, P-images-idx3-ubyte and P-labels-idx1-ubyte, found "
                        + "one alone; put the other file there")
            }
            return .idx([.training: pair])
        }
        if kind == nil || kind == .transcribe, let lines = try FoundLines.file(file) {
            return .lines([.training: lines])
        }
        if file.ending == "txt" || kind == .nextSymbol {
            guard kind == nil || kind == .nextSymbol else { throw Unsupported.text(file, kind: kind!) }
            return .text([.training: [file]])
        }
        if file.isPicture || file.ending == "npy" { return .images([.training: [file]]) }
        throw Unsupported.file(file)
    }

    /// Split folders first, then what the folder itself holds.
    private func recognised(_ folder: Folder, depth: Int = 0) throws(MDLSTMError) -> FoundData {
        var found: FoundData?
        var splits: [DataPart: String] = [:]
        for name in folder.folders {
            guard let part = DataPart(folder: name) else { continue }
            let inside = try folder.folder(name)
            guard let data = try chosen(inside, passingOver: []) else { continue }
            guard splits.updateValue(name, forKey: part) == nil else {
                throw MDLSTMError(
                    .data,
                    "\(folder.path): expected one folder of each part, found two of samples for \(part.rawValue); move one away"
                )
            }
            guard let part = data.asPart(part) else {
                throw MDLSTMError(
                    .data,
                    "\(inside.path): expected samples of one part, found train, valid and test inside; move them up")
            }
            guard let joined = found.map({ $0.joined(part) }) ?? part else {
                throw MDLSTMError(
                    .data,
                    "\(folder.path): expected data of one sort in all parts, found \(found!.noun) and, in \(name)/, \(part.noun); "
                        + "give --kind, or train with one of them")
            }
            found = joined
        }
        var own: FoundData?
        if case .text(let parts) = found, splits[.training] != nil {
            return .text(try texts(beside: parts, in: folder))
        }
        if splits[.training] == nil || found?.areImages == true {
            own = try chosen(folder, passingOver: Set(splits.values))
        }
        // Tables of lines may name pictures in folders called as parts are.
        if found?.areImages == true, let own, own.areLines { return own }
        if found?.areImages == true, splits.count == 1, let other = own, !other.areImages {
            // A class may be called as a part is: a folder of pictures alone is no part beside folders of other pictures.
            return try chosen(folder, passingOver: []) ?? other
        }
        if let found, splits[.training] != nil { return found }
        guard let own else {
            if let found { return found }
            // What an archive leaves: one folder with everything in it.
            if folder.folders.count == 1, folder.files.isEmpty, depth < 4, !MaskFolders.isName(folder.folders[0]) {
                return try recognised(folder.folder(folder.folders[0]), depth: depth + 1)
            }
            throw try Unsupported.folder(folder, kind: kind)
        }
        guard let joined = found.map({ own.joined($0) }) ?? own else {
            throw MDLSTMError(
                .data,
                "\(folder.path): expected data of one sort in all parts, found \(own.noun) beside \(found!.noun); move one away"
            )
        }
        return joined
    }

    /// What a folder holds of the kind asked for; nil where that is nothing.
    private func chosen(_ folder: Folder, passingOver splits: Set<String>) throws(MDLSTMError) -> FoundData? {
        let all = try candidates(folder, passingOver: splits)
        let fitting = all.filter { candidate in kind.map { candidate.kinds.contains($0) } ?? true }
        let loose = folder.files.filter(\.isPicture)
        let isMixed =
            fitting.count > 1
            || kind == nil && !loose.isEmpty && fitting.first.map { !$0.areImages && !$0.areLines } == true
        guard isMixed else { return fitting.first }
        var nouns = fitting.map(\.noun)
        if !loose.isEmpty { nouns.append("\(counted(loose.count, "picture")) beside them (\(loose[0].lastComponent))") }
        let kinds = TaskKind.allCases.filter { kind in fitting.contains { $0.kinds.contains(kind) } }
        let advice =
            kind == nil
            ? "say which with --kind \(kinds.map(\.rawValue).joined(separator: " or "))"
            : "move away what does not count"
        throw MDLSTMError(
            .data, "\(folder.path): expected data of one sort, found \(nouns.joined(separator: " and ")); \(advice)")
    }

    private func candidates(_ folder: Folder, passingOver splits: Set<String>) throws(MDLSTMError) -> [FoundData] {
        var found: [FoundData] = []
        var passedOver = splits
        if kind != .classify {
            let masks = try MaskFolders.parts(of: folder)
            if !masks.isEmpty {
                found.append(.pictures(masks))
                passedOver.formUnion(folder.folders.filter(MaskFolders.isName))
            }
        }
        let arrays = try arrays(folder)
        if !arrays.isEmpty { found.append(.arrays(arrays)) }
        let pairs = try IDXPair.parts(IDXPair.pairs(in: folder.files), in: folder.path)
        if !pairs.isEmpty { found.append(.idx(pairs)) }
        if kind == nil || kind == .transcribe {
            let lines = try FoundLines.parts(of: folder, passingOver: splits)
            if !lines.isEmpty { found.append(.lines(lines)) }
        }
        if let text = text(folder, besides: found) { found.append(text) }
        // Nothing but classes has pictures of any name in folders of any name: other data are looked for first.
        if kind == nil && found.last?.areLines != true || kind == .classify,
            let classes = try ClassFolders.pictures(of: folder, passingOver: passedOver), !isImagesAlone(classes)
        {
            found.append(.pictures([.training: classes]))
        }
        if found.isEmpty || kind == .density, let images = images(folder) { found.append(images) }
        return found
    }

    /// Pictures that nothing is told of, which are learnt themselves: where there is nothing else, or where that is asked for.
    private func images(_ folder: Folder) -> FoundData? {
        guard kind == nil || kind == .density else { return nil }
        let isTold = folder.files.contains {
            $0.ending == "xml" || $0.ending == "txt" || ArrayFiles.isName($0.stem)
        }
        let files = folder.files.filter { $0.isPicture || $0.ending == "npy" }
        let named = folder.folders(named: ["images", "masks", "labels"])
        guard !files.isEmpty, kind == .density || !isTold && named.isEmpty else { return nil }
        return .images(Dictionary(grouping: files) { DataPart(wordsOf: $0.stem) ?? .training })
    }

    /// Text files, which lie beside many other data to explain them: text is learnt where there is nothing else, or where it
    /// is asked for.
    private func text(_ folder: Folder, besides others: [FoundData]) -> FoundData? {
        let texts = folder.files.filter(\.isText)
        let isAlone =
            others.isEmpty
            && !folder.files.contains {
                $0.isPicture || ["npy", "xml"].contains($0.ending) || $0.lastComponent.hasSuffix(".gt.txt")
            }
            && !folder.folders.contains { DataPart(folder: $0) == nil }
        guard !texts.isEmpty, kind == .nextSymbol || kind == nil && isAlone else { return nil }
        return .text(Dictionary(grouping: texts) { DataPart(wordsOf: $0.stem) ?? .training })
    }

    /// Texts beside folders of parts, train/ among them: those called as other parts are, and no others.
    private func texts(
        beside inFolders: [DataPart: [DataFile]], in folder: Folder
    ) throws(MDLSTMError) -> [DataPart: [DataFile]] {
        var all = inFolders
        for file in folder.files where file.isText {
            guard let part = DataPart(folder: file.stem), part != .training else { continue }
            if let other = all[part]?.first {
                throw MDLSTMError(
                    .data,
                    "\(folder.path): expected one text for \(part.rawValue), found \(file.name) beside \(other.name); move one away"
                )
            }
            all[part] = [file]
        }
        return all
    }

    /// Whether the only class is a folder `images`: that is no class.
    private func isImagesAlone(_ classes: FoundPictures) -> Bool {
        kind == nil && classes.classNames.allSatisfy(MaskFolders.isName)
    }

    /// Arrays in files of their own, or archives of them.
    private func arrays(_ folder: Folder) throws(MDLSTMError) -> [DataPart: ArrayFiles] {
        var parts = try ArrayFiles.parts(ofFolder: folder)
        let archives = folder.files.filter { $0.ending == "npz" }
        for file in archives {
            let own = try ArrayFiles.parts(ofArchive: file)
            let part = DataPart(wordsOf: file.stem) ?? .training
            for (key, files) in own.count == 1 ? [part: own.values.first!] : own {
                guard parts.updateValue(files, forKey: key) == nil else {
                    throw MDLSTMError(
                        .data,
                        "\(folder.path): expected one archive, or train.npz, valid.npz and test.npz, found "
                            + "\(archives.map(\.lastComponent).joined(separator: ", ")); give the path of one")
                }
            }
        }
        return parts
    }
}
