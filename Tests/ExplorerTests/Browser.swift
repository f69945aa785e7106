import Foundation
import TestSupport
import Testing

/// A page in a real browser (browse.py), and what its steps gave.
struct Browser {
  enum Step {
    case open(String)
    /// JavaScript that returns a value, in the page's own scope.
    case run(String)
    case size(Int, Int)
    case keys([String])
    case back
  }

  let results: [Any]

  /// - Parameter page: HTML; `PAGE` in an opened address stands for its file.
  init(_ page: String, _ steps: [Step]) throws {
    let folder = try TemporaryFolder(), path = folder.path + "/report.html"
    try page.write(toFile: path, atomically: true, encoding: .utf8)
    let words = steps.map { step -> [String: Any] in
      switch step {
      case .open(let hash): ["open": "file://\(path)\(hash)"]
      case .run(let script): ["run": script]
      case .size(let width, let height): ["size": [width, height]]
      case .keys(let keys): ["keys": keys]
      case .back: ["back": 1]
      }
    }
    let input = folder.path + "/steps.json"
    try JSONSerialization.data(withJSONObject: words).write(to: URL(fileURLWithPath: input))
    let script = Repository.root.path + "/Tests/ExplorerTests/browse.py"
    let result = try Program.run("/bin/sh", ["-c", "exec /usr/bin/env python3 \"$0\" < \"$1\"", script, input])
    try #require(result.status == 0, "\(result.talk)")
    let found = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    results = try #require(found["results"] as? [Any])
    // Nothing is asked of any network, and nothing goes wrong unseen.
    #expect(found["requests"] as? [String] == [] && found["console"] as? [String] == [], "\(found["requests"] ?? "") \(found["console"] ?? "")")
    for (step, value) in zip(steps, results) { if let text = value as? String, text.hasPrefix("failed: ") { Issue.record("\(step): \(text)") } }
  }
}

/// Numbers of a JSON list, NaN for null.
func numbers(_ value: Any) -> [Double] { (value as? [Any] ?? []).map { ($0 as? NSNumber)?.doubleValue ?? .nan } }
