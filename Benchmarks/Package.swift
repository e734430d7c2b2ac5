// swift-tools-version: 6.1
import PackageDescription

// Apart from the package, so that those who depend on it do not build benchmarks.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "swift-mdlstm-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "swift-mdlstm", path: ".."),
        // Flags and help texts, as in the command.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    ],
    targets: [
        .executableTarget(
            name: "KernelBenchmarks",
            dependencies: [
                .product(name: "MDLSTM", package: "swift-mdlstm"),
                .product(name: "MDLSTMOpenCL", package: "swift-mdlstm"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "RoadBenchmarks",
            dependencies: [
                .product(name: "MDLSTM", package: "swift-mdlstm"),
                .product(name: "MDLSTMData", package: "swift-mdlstm"),
                .product(name: "MDLSTMOpenCL", package: "swift-mdlstm"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
    ]
)
