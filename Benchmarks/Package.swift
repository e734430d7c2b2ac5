// swift-tools-version: 6.1
import PackageDescription

// Apart from the package, so that those who depend on it do not build benchmarks.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

func products(_ names: String...) -> [Target.Dependency] {
    [.product(name: "ArgumentParser", package: "swift-argument-parser")]
        + names.map { .product(name: $0, package: "swift-mdlstm") }
}

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
            name: "KernelBenchmarks", dependencies: products("MDLSTM", "MDLSTMOpenCL"), swiftSettings: settings),
        .executableTarget(
            name: "RoadBenchmarks", dependencies: products("MDLSTM", "MDLSTMData", "MDLSTMOpenCL"),
            swiftSettings: settings),
    ]
)
