import JSON5

/// A trial as a row of a store: figures in columns, NULL where there is none, and the reasons for those in a note that many rows share.
struct TrialRow {
  let schema: StoreSchema

  /// Why some figures have no value, as JSON: {"absent": {column: reason}, "undefined": {column: reason}}; nil if all have one.
  func note(for result: TrialResult) -> String? {
    var absent: [(String, JSON)] = [], undefined: [(String, JSON)] = []
    for (column, value) in zip(schema.columns, result.values) {
      switch value {
      case .absent(let reason): absent.append((column.name, .string(reason)))
      case .undefined(let reason): undefined.append((column.name, .string(reason)))
      case .number, .count, .flag: break
      }
    }
    return absent.isEmpty && undefined.isEmpty ? nil : JSON.object([("absent", .object(absent)), ("undefined", .object(undefined))]).text
  }

  func bind(_ result: TrialResult, cell: Int, repetition: Int, note: Int?, to statement: Statement) throws(StoreError) {
    try statement.bind(cell, at: 1)
    try statement.bind(repetition, at: 2)
    try statement.bind(result.outcome.name, at: 3)
    if let reason = result.outcome.reason { try statement.bind(reason, at: 4) }
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

  /// The row that a `trialSelection` stands at; nil if it makes no sense.
  func result(from statement: Statement, note: (Int) throws -> TrialNote) rethrows -> (repetition: Int, result: TrialResult)? {
    guard let outcome = TrialOutcome(name: statement.text(1) ?? "", reason: statement.text(2)) else { return nil }
    let reasons = statement.isNull(3) ? TrialNote() : try note(statement.integer(3))
    let values = schema.columns.enumerated().map { i, column -> MeasuredValue in
      if statement.isNull(4 + i) {
        if let reason = reasons.absent[column.name] { return .absent(reason) }
        return .undefined(reasons.undefined[column.name] ?? "no reason was stored")
      }
      switch column.kind {
      case .number: return MeasuredValue(statement.number(4 + i))
      case .count: return .count(statement.integer(4 + i))
      case .flag: return .flag(statement.integer(4 + i) != 0)
      }
    }
    return (statement.integer(0), TrialResult(outcome: outcome, values: values))
  }
}

/// Why figures of a trial have no value, by column.
struct TrialNote {
  var absent: [String: String] = [:]
  var undefined: [String: String] = [:]

  init() {}

  init?(json text: String) {
    guard let value = try? JSON5.parse(text), case .object(let members) = value.content else { return nil }
    for member in members {
      guard case .object(let reasons) = member.value.content else { return nil }
      let table = reasons.reduce(into: [String: String]()) { if case .string(let reason) = $1.value.content { $0[$1.key] = reason } }
      if member.key == "absent" { absent = table } else { undefined = table }
    }
  }
}
