// swift-tools-version:6.0
import PackageDescription

// The pure core, the experiments over it, what keeps and reads results, what runs sweeps, what judges and draws, and on top the command: each target imports
// only targets above it (docs/architecture.md has the graph).
let core: [Target.Dependency] = ["FrontierNumerics", "Model", "Stability"]
let reading: [Target.Dependency] = ["Experiments", "Specs", "Storage", "Results"]

let package = Package(
  name: "unlearning-frontier",
  products: [
    .executable(name: "frontier", targets: ["FrontierCommand"]),
    .library(name: "FrontierCore", targets: ["Model", "Stability"]),
    .library(name: "FrontierResults", targets: ["Experiments", "Specs", "Storage", "Results"]),
    .library(name: "FrontierEngine", targets: ["Engine"]),
  ],
  targets: [
    .target(name: "CKernels", linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
    .systemLibrary(name: "CLAPACK", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CCairo", pkgConfig: "cairo", providers: [.apt(["libcairo2-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),

    .target(name: "FrontierNumerics", dependencies: ["CKernels"]),
    .target(name: "DenseAlgebra", dependencies: ["CLAPACK", "FrontierNumerics"]),
    .target(name: "Model", dependencies: ["FrontierNumerics"]),
    .target(name: "Stability", dependencies: ["CKernels", "FrontierNumerics", "Model"]),
    .target(name: "Experiments", dependencies: core),

    .target(name: "JSONText"),
    .target(name: "Platform", dependencies: ["FrontierNumerics"]),
    .target(name: "Images", dependencies: ["CZlib", "FrontierNumerics", "Model", "Platform"]),
    .target(name: "Specs", dependencies: ["Experiments", "FrontierNumerics", "Images", "JSONText", "Model", "Platform"]),
    .target(name: "Storage", dependencies: ["CSQLite", "Experiments", "JSONText", "Platform", "Specs"]),
    .target(name: "Results", dependencies: ["Experiments", "FrontierNumerics", "Platform", "Specs", "Stability", "Storage"]),

    .target(name: "Engine", dependencies: reading + ["FrontierNumerics", "Platform"]),
    .target(name: "Exports", dependencies: reading + ["CZlib", "FrontierNumerics", "JSONText", "Platform", "Stability", "Verdicts"]),

    .target(name: "Verdicts", dependencies: ["Experiments", "FrontierNumerics", "JSONText", "Model", "Results", "Specs", "Stability"]),
    .target(name: "Figures", dependencies: ["CCairo", "CPNG", "Experiments", "Platform", "Results", "Specs", "Stability", "Verdicts"]),
    .target(
      name: "Explorer", dependencies: ["Experiments", "Exports", "Figures", "JSONText", "Results", "Specs", "Stability", "Verdicts"],
      resources: [
        "colour.js", "contour.js", "controls.js", "data.js", "draw.js", "judge.js", "lines.js", "meanfield.js", "page.css", "page.html", "page.js", "state.js",
        "trial.js",
        "worker.js",
      ].map { .embedInCode("Page/" + $0) }),
    .executableTarget(
      name: "FrontierCommand",
      dependencies: reading + ["Engine", "Explorer", "Exports", "Figures", "Images", "JSONText", "Model", "Platform", "Stability", "Verdicts"]),
    .executableTarget(name: "FrontierBench", dependencies: core + reading + ["CKernels", "Engine", "Exports", "Platform"]),

    .target(name: "TestSupport", dependencies: ["Experiments"], path: "Tests/TestSupport"),
    .testTarget(name: "FrontierNumericsTests", dependencies: ["CKernels", "DenseAlgebra", "FrontierNumerics"]),
    .testTarget(name: "ModelTests", dependencies: ["DenseAlgebra", "FrontierNumerics", "Model", "TestSupport"], exclude: ["Fixtures"]),
    .testTarget(name: "StabilityTests", dependencies: core + ["TestSupport"], exclude: ["Fixtures"]),
    .testTarget(name: "ExperimentTests", dependencies: core + ["DenseAlgebra", "Experiments", "Images", "TestSupport"], exclude: ["Fixtures"]),
    .testTarget(name: "JSONTextTests", dependencies: ["JSONText"]),
    .testTarget(name: "ImagesTests", dependencies: ["CZlib", "Experiments", "FrontierNumerics", "Images", "Model", "TestSupport"], exclude: ["Fixtures"]),
    .testTarget(
      name: "SweepTests", dependencies: core + reading + ["Engine", "Exports", "JSONText", "Platform", "TestSupport", "Verdicts"], exclude: ["Fixtures"]),
    .testTarget(name: "VerdictsTests", dependencies: reading + ["FrontierNumerics", "Stability", "TestSupport", "Verdicts"], exclude: ["Fixtures"]),
    .testTarget(name: "FiguresTests", dependencies: reading + ["Figures", "TestSupport", "Verdicts"]),
    .testTarget(
      name: "ExplorerTests", dependencies: reading + ["Engine", "Explorer", "Figures", "Platform", "Stability", "TestSupport", "Verdicts"],
      exclude: ["browse.py"]),
    .testTarget(name: "CommandTests", dependencies: ["TestSupport"], exclude: ["FaultShim.c", "Fixtures"]),
  ],
  swiftLanguageModes: [.v6]
)
