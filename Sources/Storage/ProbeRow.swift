import Experiments
import JSONText

/// What a probe found in a trial, as a row of its table: values in columns, NULL where there is none, and the reasons for those in a note that many rows share.
struct ProbeRow {
  let columns: [Column]

  /// Why some columns have no value; nil if all have one.
  func remark(on result: ProbeResult) -> Remark? {
    var remark = Remark()
    for (column, value) in zip(columns, result.values) {
      switch value {
      case .absent(let reason): remark.absent.append((column.name, reason))
      case .undefined(let reason): remark.undefined.append((column.name, reason))
      case .number, .count, .flag: break
      }
    }
    return remark.isEmpty ? nil : remark
  }

  func bind(_ result: ProbeResult, trial: Int, note: Int?, to statement: Statement) throws(StoreError) {
    try statement.bind(trial, at: 1)
    if let reason = result.outcome.reason {
      try statement.bind(result.outcome.name, at: 2)
      try statement.bind(reason, at: 3)
    }
    if let note { try statement.bind(note, at: 4) }
    for (i, value) in result.values.enumerated() {
      switch value {
      case .number(let number): try statement.bind(number, at: 5 + i)
      case .count(let count): try statement.bind(count, at: 5 + i)
      case .flag(let flag): try statement.bind(flag ? 1 : 0, at: 5 + i)
      case .absent, .undefined: break
      }
    }
  }

  /// In a selection: whether the probe was put to the trial, outcome, reason, note, and then the values.
  static let valuesOffset = 4

  /// What a selection of a `StoredLayout` has of the probe from a column on; nil if the probe was not put to the trial. An error if it makes no sense.
  ///
  /// - Parameter remark: the one with an identifier.
  func result(from statement: Statement, at offset: Int, remark: (Int) throws -> Remark) throws -> ProbeResult? {
    if statement.isNull(offset) { return nil }
    guard let outcome = TrialOutcome(name: statement.text(offset + 1) ?? "completed", reason: statement.text(offset + 2)) else {
      throw StoreError.damaged(file: statement.file, detail: "a trial has no known outcome")
    }
    let reasons = statement.isNull(offset + 3) ? Remark() : try remark(statement.integer(offset + 3)), first = offset + Self.valuesOffset
    let values = columns.enumerated().map { i, column -> MeasuredValue in
      if statement.isNull(first + i) { return reasons.value(of: column.name) }
      switch column.kind {
      case .number: return MeasuredValue(statement.number(first + i))
      case .count: return .count(statement.integer(first + i))
      case .flag: return .flag(statement.integer(first + i) != 0)
      }
    }
    return ProbeResult(outcome, values)
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
