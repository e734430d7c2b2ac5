// swift-tools-version: 6.1
import PackageDescription

// MDLSTM_STRICT makes every warning an error. The Makefile and CI set it; a package that depends on this one does not.
let strict: [SwiftSetting] =
    Context.environment["MDLSTM_STRICT"] == nil ? [] : [.unsafeFlags(["-warnings-as-errors"])]

let swiftSettings: [SwiftSetting] =
    strict + [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ]

let package = Package(
    name: "swift-mdlstm",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "MDLSTM", targets: ["MDLSTM"]),
        .library(name: "MDLSTMOpenCL", targets: ["MDLSTMOpenCL", "OpenCLRuntime"]),
        .library(name: "MDLSTMTasks", targets: ["MDLSTMTasks"]),
        .library(name: "MDLSTMImages", targets: ["MDLSTMImages"]),
        .library(name: "MDLSTMData", targets: ["MDLSTMData"]),
        .executable(name: "mdlstm", targets: ["mdlstm"]),
    ],
    traits: [
        .trait(name: "MPI", description: "Trainings over several ranks, started by mpirun; needs an MPI."),
        .default(enabledTraits: []),
    ],
    dependencies: [
        // The command's flags, help texts and usage errors.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        // exp, log and tanh for code generic over Float and Double (RealModule).
        .package(url: "https://github.com/apple/swift-numerics", from: "1.0.2"),
        // `swift package generate-documentation`: a plugin of the command line, which no target uses.
        .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
    ],
    targets: [
        // C libraries of the system.
        .systemLibrary(
            name: "COpenCL", pkgConfig: "OpenCL", providers: [.apt(["ocl-icd-opencl-dev", "opencl-headers"])]),
        .systemLibrary(name: "CCLBlast", pkgConfig: "clblast", providers: [.apt(["libclblast-dev"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
        // Inflates the members of .npz and .pt files.
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        // Open MPI or MPICH, for the trait MPI alone; MDLSTM_MPI_PKG names another package of pkg-config.
        .systemLibrary(
            name: "CMPI", pkgConfig: Context.environment["MDLSTM_MPI_PKG"] ?? "mpi-c",
            providers: [.apt(["libopenmpi-dev", "openmpi-bin"])]),

        // The .cl files, embedded in the binary by one C file.
        .target(
            name: "KernelSources", path: "Kernels", exclude: ["README.md"], sources: ["kernel_sources.c"],
            publicHeadersPath: "include"),

        .target(name: "OpenCLRuntime", dependencies: ["COpenCL", "CCLBlast"], swiftSettings: swiftSettings),
        .target(
            name: "MDLSTM", dependencies: [.product(name: "RealModule", package: "swift-numerics")],
            swiftSettings: swiftSettings),
        .target(
            name: "MDLSTMOpenCL", dependencies: ["MDLSTM", "OpenCLRuntime", "KernelSources"],
            swiftSettings: swiftSettings),
        .target(
            name: "MDLSTMTasks",
            dependencies: ["MDLSTM", "MDLSTMImages", .product(name: "RealModule", package: "swift-numerics")],
            swiftSettings: swiftSettings),
        // Reads PNG by libpng's plain interface, whose errors jump, which only C can catch. The simplified interface applies
        // gamma and halves 16 bits; libspng stops at the last pixel, before the checksum that shows damage among them.
        .target(name: "CPNGReader", dependencies: ["CPNG"]),
        // PNG and JPEG files, and drawings as SVG.
        .target(
            name: "MDLSTMImages",
            dependencies: [
                "MDLSTM", "CPNG", "CPNGReader", "CTurboJPEG",
                .product(name: "RealModule", package: "swift-numerics"),
            ],
            swiftSettings: swiftSettings),
        // .npz and .pt files, apart from MDLSTM, which needs no library but libc.
        .target(name: "MDLSTMArchives", dependencies: ["MDLSTM", "CZlib"], swiftSettings: swiftSettings),
        // Data sets on disk; knows nothing of training.
        .target(
            name: "MDLSTMData", dependencies: ["MDLSTM", "MDLSTMArchives", "MDLSTMImages"], swiftSettings: swiftSettings
        ),
        // Macros and handles differ from one MPI to another: they end in C. Empty without the trait.
        .target(
            name: "CMPIShim", dependencies: [.target(name: "CMPI", condition: .when(traits: ["MPI"]))],
            cSettings: [.define("MDLSTM_MPI", .when(traits: ["MPI"]))]),
        .target(name: "MDLSTMMPI", dependencies: ["MDLSTM", "CMPIShim"], swiftSettings: swiftSettings),
        .executableTarget(
            name: "mdlstm",
            dependencies: [
                "MDLSTM", "MDLSTMArchives", "MDLSTMData", "MDLSTMImages", "MDLSTMMPI", "MDLSTMOpenCL", "MDLSTMTasks",
                "OpenCLRuntime",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: swiftSettings),

        .target(
            name: "_TestSupport", dependencies: ["MDLSTM"], path: "Tests/_TestSupport", swiftSettings: swiftSettings),
        // Processor time and memory of one run of the command.
        .executableTarget(name: "_MeasuredRun", path: "Tests/_MeasuredRun"),
        .testTarget(name: "_TestSupportTests", dependencies: ["_TestSupport", "MDLSTM"], swiftSettings: swiftSettings),
        .testTarget(
            name: "OpenCLRuntimeTests", dependencies: ["OpenCLRuntime", "CCLBlast"], swiftSettings: swiftSettings),
        .testTarget(name: "MDLSTMTests", dependencies: ["MDLSTM", "_TestSupport"], swiftSettings: swiftSettings),
        .testTarget(
            name: "MDLSTMOpenCLTests",
            dependencies: ["MDLSTM", "MDLSTMOpenCL", "OpenCLRuntime", "KernelSources", "_TestSupport"],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "MDLSTMTasksTests",
            dependencies: ["MDLSTM", "MDLSTMImages", "MDLSTMOpenCL", "MDLSTMTasks", "_TestSupport"],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "MDLSTMImagesTests", dependencies: ["MDLSTM", "MDLSTMImages", "_TestSupport"],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "MDLSTMArchivesTests", dependencies: ["MDLSTM", "MDLSTMArchives", "_TestSupport"],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "MDLSTMDataTests",
            dependencies: ["MDLSTM", "MDLSTMArchives", "MDLSTMData", "MDLSTMImages", "_TestSupport"],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "CommandTests",
            dependencies: ["MDLSTM", "MDLSTMImages", "MDLSTMOpenCL", "MDLSTMTasks", "OpenCLRuntime", "_TestSupport"],
            swiftSettings: swiftSettings),
    ],
    cLanguageStandard: .c2x  // for #embed
)

// `make fuzz` sets MDLSTM_FUZZ: a program whose main function is libFuzzer's and that feeds the readers of files.
if Context.environment["MDLSTM_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "Fuzz", dependencies: ["MDLSTM", "MDLSTMArchives", "MDLSTMData", "MDLSTMImages", "MDLSTMOpenCL"],
            path: "Tests/Fuzz", exclude: ["Corpus"],
            swiftSettings: swiftSettings + [.unsafeFlags(["-parse-as-library"])]))
}
