import MDLSTM

/// A folder for each class.
enum ClassFolders {
    /// The pictures of the folders, at any depth; nil where there are none.
    ///
    /// - Parameter passedOver: folders that are no classes
    static func pictures(of folder: Folder, passingOver passedOver: Set<String> = []) throws(MDLSTMError)
        -> FoundPictures?
    {
        let names = folder.folders.filter { !passedOver.contains($0) }
        var classes: [(name: String, pictures: [DataFile])] = []
        var hasDirect = false
        for name in names {
            let inside = try folder.folder(name)
            // A data set of its own is no class.
            if inside.folders.contains(where: { DataPart(folder: $0) != nil || MaskFolders.isName($0) }) { return nil }
            hasDirect = hasDirect || inside.files.contains(where: \.isPicture)
            classes.append((name, try inside.allFiles().filter(\.isPicture)))
        }
        let filled = classes.filter { !$0.pictures.isEmpty }
        // A folder of folders of pictures beside other data is a data set of its own, not a class.
        guard hasDirect || filled.count > 1, !filled.allSatisfy({ DataPart(folder: $0.name) != nil }) else {
            return nil
        }
        var found = FoundPictures(kind: .classify)
        for (name, pictures) in classes {
            found.entries += pictures.map { PictureEntry(image: $0, target: .className(name)) }
            if pictures.isEmpty {
                found.faults.append(
                    DataFault(
                        Folder.joined(folder.name, name) + "/", found: "no pictures",
                        expected: "at least one of the class",
                        advice: "add pictures (PNG or JPEG), or remove the folder"))
            }
        }
        return found
    }
}
