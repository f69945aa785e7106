/// When an event has happened in a trial, as data: so that whoever has the columns can judge it at other thresholds by the same rule.
public indirect enum EventTest: Sendable {
  /// What a trial measured.
  public enum Quantity: Sendable, Equatable {
    case column(String)
    /// How far the first column is above the second.
    case difference(String, String)

    func value(in row: Row) -> Double? {
      switch self {
      case .column(let name): row.value(name)
      case .difference(let a, let b): row.value(a).flatMap { a in row.value(b).map { a - $0 } }
      }
    }
  }

  public enum Relation: String, Sendable { case atMost, atLeast, below, above }

  public enum Bound: Sendable, Equatable {
    case threshold(Threshold)
    /// Less than nothing by it.
    case minus(Threshold)
    case number(Double)

    func value(_ success: SuccessThresholds) -> Double {
      switch self {
      case .threshold(let threshold): success[threshold]
      case .minus(let threshold): -success[threshold]
      case .number(let number): number
      }
    }
  }

  case compares(Quantity, Relation, Bound)
  /// Whether its magnitude is at most the threshold.
  case isWithin(Quantity, Threshold)
  /// Whether something came about that is a step where it did.
  case happened(String)
  /// Not known where one of them is not.
  case all([EventTest])

  /// Nil where it is not known, as in a trial that did not get so far.
  public func callAsFunction(_ row: Row, _ success: SuccessThresholds) -> Bool? {
    switch self {
    case .compares(let quantity, let relation, let bound):
      guard let value = quantity.value(in: row) else { return nil }
      let bound = bound.value(success)
      switch relation {
      case .atMost: return value <= bound
      case .atLeast: return value >= bound
      case .below: return value < bound
      case .above: return value > bound
      }
    case .isWithin(let quantity, let threshold): return quantity.value(in: row).map { abs($0) <= success[threshold] }
    case .happened(let column): return row.happened(column)
    case .all(let tests):
      var areAll = true
      for test in tests {
        guard let happened = test(row, success) else { return nil }
        areAll = areAll && happened
      }
      return areAll
    }
  }

  /// The columns that it reads.
  public var columns: [String] {
    switch self {
    case .compares(let quantity, _, _), .isWithin(let quantity, _):
      switch quantity {
      case .column(let name): [name]
      case .difference(let a, let b): [a, b]
      }
    case .happened(let column): [column]
    case .all(let tests): tests.flatMap(\.columns)
    }
  }

  /// Those of which it reads differences.
  package var differences: [String] {
    switch self {
    case .compares(.difference(let a, let b), _, _), .isWithin(.difference(let a, let b), _): [a, b]
    case .compares, .isWithin, .happened: []
    case .all(let tests): tests.flatMap(\.differences)
    }
  }
}
