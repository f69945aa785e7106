import Foundation

/// A program, run to its end or until it is told to stop.
public final class Program {
  public struct Result: Sendable {
    /// The exit code, or the number of the signal that ended it.
    public let status: Int32
    public let wasKilled: Bool
    public let output: String
    public let talk: String
  }

  private let process = Process()
  private let folder: TemporaryFolder

  /// Starts it.
  public init(_ path: String, _ arguments: [String], environment: [String: String] = [:]) throws {
    folder = try TemporaryFolder()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try Self.file(folder.path + "/output")
    process.standardError = try Self.file(folder.path + "/talk")
    try process.run()
  }

  private static func file(_ path: String) throws -> FileHandle {
    _ = FileManager.default.createFile(atPath: path, contents: nil)
    return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
  }

  public var isRunning: Bool { process.isRunning }

  public func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// What it has said on standard error until now.
  public var talk: String { get throws { String(decoding: try Data(contentsOf: URL(fileURLWithPath: folder.path + "/talk")), as: UTF8.self) } }

  public func wait() throws -> Result {
    process.waitUntilExit()
    return Result(
      status: process.terminationStatus, wasKilled: process.terminationReason == .uncaughtSignal,
      output: String(decoding: try Data(contentsOf: URL(fileURLWithPath: folder.path + "/output")), as: UTF8.self), talk: try talk)
  }

  /// Kills it if it runs longer than so many seconds.
  public func wait(atMost seconds: Double) throws -> Result {
    let identifier = process.processIdentifier
    let end = DispatchWorkItem { kill(identifier, SIGKILL) }
    DispatchQueue.global().asyncAfter(deadline: .now() + seconds, execute: end)
    defer { end.cancel() }
    return try wait()
  }

  public static func run(_ path: String, _ arguments: [String]) throws -> Result { try Program(path, arguments).wait() }
}

/// The Python that has a module: the first on PATH, or Debian's.
public enum Python {
  public struct Missing: Error, CustomStringConvertible {
    let module: String
    public var description: String { "no Python has the module \(module); `scripts/setup tests` installs it" }
  }

  public static func run(_ script: String, _ arguments: [String], needing module: String = "numpy") throws -> Program.Result {
    for python in ["python3", "/usr/bin/python3"] {
      guard try Program.run("/usr/bin/env", [python, "-c", "import \(module)"]).status == 0 else { continue }
      return try Program.run("/usr/bin/env", [python, "-c", script] + arguments)
    }
    throw Missing(module: module)
  }
}
