// swift-tools-version:6.0
import PackageDescription

let package = Package(
  name: "frontier-examples",
  dependencies: [.package(name: "unlearning-frontier", path: "..")],
  targets: [
    .executableTarget(
      name: "ReadResults",
      dependencies: [.product(name: "FrontierCore", package: "unlearning-frontier"), .product(name: "FrontierResults", package: "unlearning-frontier")]),
    .executableTarget(
      name: "OwnMethod",
      dependencies: [.product(name: "FrontierCore", package: "unlearning-frontier"), .product(name: "FrontierResults", package: "unlearning-frontier")]),
  ],
  swiftLanguageModes: [.v6]
)
