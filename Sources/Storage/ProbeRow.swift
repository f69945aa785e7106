import Experiments
import JSONText

/// What a probe found in a trial, as a row of its table: values in columns, NULL where there is none, and the reasons for those in a note that many rows share.
struct ProbeRow {
  let probe: ProbeInfo

  /// Why some columns have no value; nil if all have one.
  func remark(on result: ProbeResult) -> Remark? {
    var remark = Remark()
    for (column, value) in zip(probe.columns, result.values) {
      switch value {
      case .absent(let reason): remark.absent.append((column.name, reason))
      case .undefined(let reason): remark.undefined.append((column.name, reason))
      case .number, .count, .flag: break
      }
    }
    return remark.isEmpty ? nil : remark
  }

  func bind(_ result: ProbeResult, cell: Int, repetition: Int, note: Int?, to statement: Statement) throws(StoreError) {
    try statement.bind(cell, at: 1)
    try statement.bind(repetition, at: 2)
    if let reason = result.outcome.reason {
      try statement.bind(result.outcome.name, at: 3)
      try statement.bind(reason, at: 4)
    }
    if let note { try statement.bind(note, at: 5) }
    for (i, value) in result.values.enumerated() {
      switch value {
      case .number(let number): try statement.bind(number, at: 6 + i)
      case .count(let count): try statement.bind(count, at: 6 + i)
      case .flag(let flag): try statement.bind(flag ? 1 : 0, at: 6 + i)
      case .absent, .undefined: break
      }
    }
  }

  /// The row that a selection of a `StoredLayout` stands at; nil if it makes no sense.
  ///
  /// - Parameter remark: the one with an identifier.
  func result(from statement: Statement, remark: (Int) throws -> Remark) rethrows -> (repetition: Int, result: ProbeResult)? {
    guard let outcome = TrialOutcome(name: statement.text(1) ?? "completed", reason: statement.text(2)) else { return nil }
    let reasons = statement.isNull(3) ? Remark() : try remark(statement.integer(3))
    let values = probe.columns.enumerated().map { i, column -> MeasuredValue in
      if statement.isNull(4 + i) { return reasons.value(of: column.name) }
      switch column.kind {
      case .number: return MeasuredValue(statement.number(4 + i))
      case .count: return .count(statement.integer(4 + i))
      case .flag: return .flag(statement.integer(4 + i) != 0)
      }
    }
    return (statement.integer(0), ProbeResult(outcome, values))
  }
}

/// Why columns of a trial have no value, as a note holds it.
struct Remark {
  fileprivate(set) var absent: [(column: String, reason: String)] = []
  fileprivate(set) var undefined: [(column: String, reason: String)] = []

  var isEmpty: Bool { absent.isEmpty && undefined.isEmpty }

  fileprivate init() {}

  /// From {"absent": {column: reason}, "undefined": {column: reason}}.
  init?(json text: String) {
    guard let value = try? JSON5.parse(text), case .object(let members) = value.content else { return nil }
    for member in members {
      guard case .object(let reasons) = member.value.content else { return nil }
      let table = reasons.compactMap { reason in if case .string(let text) = reason.value.content { (reason.key, text) } else { nil } }
      if member.key == "absent" { absent = table } else { undefined = table }
    }
  }

  var json: String {
    func table(_ reasons: [(column: String, reason: String)]) -> JSON { .object(reasons.map { ($0.column, .string($0.reason)) }) }
    return JSON.object([("absent", table(absent)), ("undefined", table(undefined))]).text
  }

  fileprivate func value(of column: String) -> MeasuredValue {
    if let reason = absent.first(where: { $0.column == column })?.reason { return .absent(reason) }
    return .undefined(undefined.first { $0.column == column }?.reason ?? "no reason was stored")
  }
}

/// Writes notes, each once.
final class NoteTable {
  private let path: String
  private let insertion: Statement
  private let selection: Statement
  private var known: [String: Int] = [:]

  /// Few different ones are kept in mind; reasons that hold numbers make many.
  private static let mostKnown = 1000

  init(_ database: Database) throws(StoreError) {
    path = database.path
    insertion = try database.prepare("INSERT OR IGNORE INTO note VALUES (NULL, ?)")
    selection = try database.prepare("SELECT id FROM note WHERE text = ?")
  }

  func identifier(of remark: Remark) throws(StoreError) -> Int {
    let text = remark.json
    if let known = known[text] { return known }
    try insertion.bind(text, at: 1)
    try insertion.run()
    try selection.bind(text, at: 1)
    defer { selection.reset() }
    guard try selection.step() else { throw .inputOutput(file: path, detail: "a note that was written is not there") }
    if known.count >= Self.mostKnown { known.removeAll() }
    known[text] = selection.integer(0)
    return selection.integer(0)
  }

  /// To be called when what was inserted may have been rolled back.
  func forget() { known.removeAll() }
}
