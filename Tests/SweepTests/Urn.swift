import Experiments
import FrontierNumerics
import Model
import Stability
import Synchronization
import TestSupport

/// A small experiment of its own, with everything that one has: balls are drawn from an urn, and theory says when red ones win. It counts how often each probe
/// is put to a trial.
struct Urn: Experiment {
  struct Parameters: Hashable, Sendable {
    var balls = 20
    var share = 0.5
    var rule = Rule.majority
  }

  enum Rule: String, CaseIterable, Sendable { case majority, all }

  final class Counter: Sendable {
    private let counts = Mutex<[String: Int]>([:])
    func count(_ name: String) { counts.withLock { $0[name, default: 0] += 1 } }
    subscript(name: String) -> Int { counts.withLock { $0[name] ?? 0 } }
  }

  let counter: Counter
  let probeTable: ProbeTable<Parameters>
  let parameterTable: [Parameter<Parameters>]

  /// - Parameters:
  ///   - probes: of "draw" and "longest", in order.
  ///   - versions: of probes, 1 where none is given.
  ///   - rule: whether there is the parameter `rule`.
  init(probes: [String] = ["draw"], versions: [String: Int] = [:], rule: Bool = true, counter: Counter = Counter()) {
    self.counter = counter
    probeTable = Self.table(probes, versions, counter)
    let all = Self.table
    parameterTable = rule ? all : Array(all.dropLast())
  }

  private static let table: [Parameter<Parameters>] = [
    Parameter("balls", symbol: "n", "balls n", \.balls, .count(1...1000), named: true, "balls that are drawn, n"),
    Parameter("share", symbol: "p", "share p", \.share, .number(0...1), "chance of a red one, p"),
    Parameter("rule", "rule", \.rule, "who wins: the colour of most, or red if all are"),
  ]

  let name = "urn"
  let preparations = "urns"
  let standard = Parameters()
  let thresholds: [Threshold] = []
  var stages: [Stage<Parameters>] { [Self.balls] }
  var prepared: Stage<Parameters> { Self.balls }

  fileprivate static let balls = Stage("balls", of: table, standard: Parameters(), reads: ["balls", "share"], held: { $0.balls })

  private static func table(_ probes: [String], _ versions: [String: Int], _ counter: Counter) -> ProbeTable<Parameters> {
    ProbeTable(
      probes.map { name in
        let version = versions[name] ?? 1
        switch name {
        case "draw":
          return Probe(
            "draw", version: version, columns: [Column("red", .count, unit: "balls", "red ones"), Column("won", .flag, "whether red won")]
          ) { trial in
            counter.count(name)
            let balls = trial.balls(), red = balls.count { $0 }
            return ProbeResult(
              .completed, [.count(red + (version - 1) * 1000), .flag(trial.parameters.rule == .all ? red == balls.count : 2 * red > balls.count)])
          }
        default:
          return Probe("longest", version: version, columns: [Column("longestRun", .count, unit: "balls", "of red ones in a row")]) { trial in
            counter.count(name)
            var longest = 0, run = 0
            for isRed in trial.balls() {
              run = isRed ? run + 1 : 0
              longest = max(longest, run)
            }
            return ProbeResult(.completed, [longest == 0 ? .absent("no red ball") : .count(longest)])
          }
        }
      })
  }

  let events = [
    Event(
      "win", .run, Event.Words(panel: "Red wins", table: "red wins", subject: "where red wins", trials: "win"), predictedBy: Prediction("win", "that red wins")
    ) { row, _ in row.value("won").map { $0 == 1 } }
  ]

  func criteria(judging success: SuccessThresholds) -> [Criterion<Row>] {
    [
      Criterion(
        "largeNumbers", "law of large numbers", formula: "p > 1/2", claim: .prediction, predicts: Prediction("win", "that red wins"), citation: .here,
        followed: ["share"]
      ) { row throws(Undefined) in
        guard let parameters = row.cell.parameters(as: Parameters.self) else { throw .notMeasured }
        let share = row.moved.last { $0.name == "share" }?.value ?? parameters.share
        return Assessment(value: share, margin: share - 0.5)
      }
    ]
  }

  func check(_ parameters: Parameters) throws {
    guard 1...1000 ~= parameters.balls else {
      throw ParameterError(parameter: "balls", value: "\(parameters.balls)", allowed: ParameterRange.count(1...1000).words)
    }
    guard 0...1 ~= parameters.share else {
      throw ParameterError(parameter: "share", value: "\(parameters.share)", allowed: ParameterRange.number(0...1).words)
    }
  }

  func prepare(_ trial: Trial<Parameters>) { _ = trial.balls() }
}

extension Trial<Urn.Parameters> {
  fileprivate func balls() -> [Bool] {
    output(of: Urn.balls) { view in
      var stream = key.stream()
      return (0..<view.balls).map { _ in stream.uniform() < view.share }
    }
  }
}
