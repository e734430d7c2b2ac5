import MDLSTM

/// A folder `images` and one of masks.
enum MaskFolders {
    /// Names of folders that belong together, and the part that they are; nnU-Net's are the last two.
    private static let names: [(images: String, masks: [String], part: DataPart, isNNUNet: Bool)] = [
        ("images", ["masks", "labels"], .training, false),
        ("imagestr", ["labelstr"], .training, true),
        ("imagests", ["labelsts"], .test, true),
    ]

    /// Whether a folder of this name is no class.
    static func isName(_ name: String) -> Bool {
        names.contains { $0.images == name.lowercased() || $0.masks.contains(name.lowercased()) }
    }

    /// The parts that a folder has; none where it has no images and masks.
    static func parts(of folder: Folder) throws(MDLSTMError) -> [DataPart: FoundPictures] {
        var parts: [DataPart: FoundPictures] = [:]
        for name in names {
            let (images, masks) = (folder.folders(named: [name.images]), folder.folders(named: name.masks))
            guard let first = images.first, let second = masks.first else { continue }
            guard images.count == 1, masks.count == 1 else {
                throw MDLSTMError(
                    .data,
                    "\(folder.path): expected one folder of images and one of masks, found \((images + masks).joined(separator: "/, "))/; "
                        + "move those away that do not count")
            }
            let (imageFolder, maskFolder) = (try folder.folder(first), try folder.folder(second))
            let found = try pairs(imageFolder, maskFolder, isNNUNet: name.isNNUNet)
            // images/train and masks/train are the same as train/images and train/masks.
            for (part, pictures) in bySplit(found, imageFolder, maskFolder, whole: name.part) { parts[part] = pictures }
        }
        return parts
    }

    /// Each image with the mask of its name.
    private static func pairs(_ images: Folder, _ masks: Folder, isNNUNet: Bool) throws(MDLSTMError) -> FoundPictures {
        var found = FoundPictures(kind: .labelSites)
        var left: [String: DataFile] = [:]
        for file in try masks.allFiles() where file.isPicture {
            if let other = left.updateValue(file, forKey: key(file, in: masks)) {
                found.faults.append(twice(file, other))
            }
        }
        var taken: [String: DataFile] = [:]
        for file in try images.allFiles() where file.isPicture {
            var key = key(file, in: images)
            if isNNUNet, left[key] == nil, taken[key] == nil {
                if key.hasSuffix("_0000") {
                    key = String(key.dropLast(5))
                } else if key.firstMatch(of: /_0[0-9]{3}$/) != nil {
                    found.faults.append(
                        DataFault(
                            file.name, found: "a channel in a file of its own", expected: "all channels in one picture",
                            advice: "write RGB pictures, or arrays", missing: 1))
                    continue
                }
            }
            if let other = taken.updateValue(file, forKey: key) {
                found.faults.append(twice(file, other))
            } else if let mask = left.removeValue(forKey: key) {
                found.entries.append(PictureEntry(image: file, target: .mask(mask)))
            } else {
                let mask = Folder.joined(masks.name, key + ".png")
                found.faults.append(
                    DataFault(
                        file.name, found: "no mask", expected: mask,
                        advice: "add the mask, or remove the image", missing: 1))
            }
        }
        for mask in left.values.sorted(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) })
        where taken[key(mask, in: masks)] == nil {
            let image = Folder.joined(images.name, key(mask, in: masks) + ".png")
            found.faults.append(
                DataFault(
                    mask.name, found: "no image", expected: image, advice: "add the image, or remove the mask",
                    missing: 1))
        }
        return found
    }

    /// The name relative to the folder, without its ending.
    private static func key(_ file: DataFile, in folder: Folder) -> String {
        let relative = file.name.dropFirst(folder.name.isEmpty ? 0 : folder.name.count + 1)
        return relative.lastIndex(of: ".").map { String(relative[..<$0]) } ?? String(relative)
    }

    private static func twice(_ file: DataFile, _ other: DataFile) -> DataFault {
        DataFault(
            file.name, found: "a second picture of this name", expected: "one of each name",
            but: "\(other.name) is another", advice: "remove or rename one", missing: 1)
    }

    /// By the first folder in both, where it has the name of a part.
    private static func bySplit(
        _ found: FoundPictures, _ images: Folder, _ masks: Folder, whole: DataPart
    ) -> [DataPart: FoundPictures] {
        func part(_ name: String) -> DataPart? {
            for folder in [images, masks] {
                let prefix = folder.name + "/"
                guard name.hasPrefix(prefix) else { continue }
                let rest = name.dropFirst(prefix.count).split(separator: "/")
                return rest.count > 1 ? DataPart(folder: String(rest[0])) : nil
            }
            return nil
        }
        guard found.entries.contains(where: { part($0.image.name) != nil }) else { return [whole: found] }
        var parts: [DataPart: FoundPictures] = [:]
        for entry in found.entries {
            parts[part(entry.image.name) ?? whole, default: FoundPictures(kind: .labelSites)].entries.append(entry)
        }
        for fault in found.faults {
            parts[part(fault.file) ?? whole, default: FoundPictures(kind: .labelSites)].faults.append(fault)
        }
        return parts
    }
}
