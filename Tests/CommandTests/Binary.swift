import Foundation

/// The built command, launched as a user would.
struct Binary {
  enum Configuration: String { case debug, release }

  struct Result {
    let status: Int32
    let output: String
    let talk: String
  }

  struct Missing: Error, CustomStringConvertible {
    let path: String
    var description: String { "\(path) is not built; `make test` builds it before the tests" }
  }

  let url: URL

  init(_ configuration: Configuration) throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    url = root.appendingPathComponent(".build/\(configuration.rawValue)/frontier")
    guard FileManager.default.isExecutableFile(atPath: url.path) else { throw Missing(path: url.path) }
  }

  func run(_ arguments: [String]) throws -> Result {
    let process = Process(), output = Pipe()
    let talk = FileManager.default.temporaryDirectory.appendingPathComponent("frontier-talk-\(UUID().uuidString)")
    FileManager.default.createFile(atPath: talk.path, contents: nil)
    defer { try? FileManager.default.removeItem(at: talk) }
    process.executableURL = url
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: talk)
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Result(
      status: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
      talk: String(decoding: try Data(contentsOf: talk), as: UTF8.self))
  }
}
