// swift-tools-version:6.0
import PackageDescription

// Layers, top to bottom: each target imports only those above it (docs/architecture.md).
let package = Package(
  name: "unlearning-frontier",
  products: [
    .executable(name: "frontier", targets: ["FrontierCommand"])
  ],
  targets: [
    .target(name: "CKernels", linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
    .systemLibrary(name: "CLAPACK", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .target(name: "Numerics", dependencies: ["CKernels"]),
    .target(name: "DenseAlgebra", dependencies: ["CLAPACK", "Numerics"]),
    .target(name: "Model", dependencies: ["Numerics"]),
    .target(name: "Stability", dependencies: ["CKernels", "Numerics", "Model"]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "JSON5"),
    .target(name: "Sweep", dependencies: ["CSQLite", "CZlib", "JSON5", "Numerics", "Model", "Stability"]),
    .target(name: "Comparison", dependencies: ["JSON5", "Numerics", "Stability", "Sweep"]),
    .systemLibrary(name: "CCairo", pkgConfig: "cairo", providers: [.apt(["libcairo2-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .target(name: "Figures", dependencies: ["CCairo", "CPNG", "Comparison", "Stability", "Sweep"]),
    .executableTarget(name: "FrontierCommand", dependencies: ["Comparison", "Figures", "JSON5", "Model", "Stability", "Sweep"]),
    .executableTarget(name: "FrontierBench", dependencies: ["CKernels", "Numerics", "Model", "Stability", "Sweep"]),
    .target(name: "TestSupport", path: "Tests/TestSupport"),
    .testTarget(name: "NumericsTests", dependencies: ["CKernels", "Numerics", "DenseAlgebra"]),
    .testTarget(name: "ModelTests", dependencies: ["DenseAlgebra", "Model", "Sweep"], resources: [.copy("Fixtures")]),
    .testTarget(name: "StabilityTests", dependencies: ["Numerics", "Model", "Stability"], resources: [.copy("Fixtures")]),
    .testTarget(name: "JSON5Tests", dependencies: ["JSON5"]),
    .testTarget(name: "SweepTests", dependencies: ["JSON5", "Model", "Numerics", "Sweep", "TestSupport"]),
    .testTarget(
      name: "ComparisonTests", dependencies: ["Comparison", "Numerics", "Stability", "Sweep"], resources: [.copy("Fixtures")]),
    .testTarget(name: "FiguresTests", dependencies: ["Comparison", "Figures", "Sweep", "TestSupport"]),
    .testTarget(name: "CommandTests", dependencies: ["TestSupport"], exclude: ["FaultShim.c"], resources: [.copy("Fixtures")]),
  ],
  swiftLanguageModes: [.v6]
)
