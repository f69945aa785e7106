import Foundation

/// The built command, launched as a user would.
public struct Binary {
  public enum Configuration: String { case debug, release }

  public struct Missing: Error, CustomStringConvertible {
    let path: String
    public var description: String { "\(path) is not built; `make test` builds it before the tests" }
  }

  public let path: String

  public init(_ configuration: Configuration) throws {
    // `make sanitize` has a folder of its own for each sanitizer.
    let folder = ProcessInfo.processInfo.environment["FRONTIER_TEST_BUILD"] ?? ".build"
    path = Repository.root.appendingPathComponent("\(folder)/\(configuration.rawValue)/frontier").path
    guard FileManager.default.isExecutableFile(atPath: path) else { throw Missing(path: path) }
  }

  public func run(_ arguments: [String]) throws -> Program.Result { try Program.run(path, arguments) }
  public func start(_ arguments: [String]) throws -> Program { try Program(path, arguments) }
}
