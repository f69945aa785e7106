/// One figure that a trial measured. A figure that has no value says why.
public enum MeasuredValue: Sendable, Equatable {
  case number(Double)
  case count(Int)
  case flag(Bool)
  case undefined(String)

  /// A number, or the reason why there is none. Results hold no NaN and no infinity.
  public init(_ value: Double?, otherwise reason: String) {
    self = value.map { $0.isFinite ? .number($0) : .undefined("not a finite number") } ?? .undefined(reason)
  }

  public init(_ value: Int?, otherwise reason: String) { self = value.map { .count($0) } ?? .undefined(reason) }
}

/// The figures of one trial, in the order of the columns.
public struct Measurements: Sendable, Equatable {
  public private(set) var values: [(name: String, value: MeasuredValue)] = []

  public subscript(name: String) -> MeasuredValue? { values.first { $0.name == name }?.value }

  mutating func add(_ name: String, _ value: MeasuredValue) { values.append((name, value)) }

  public static func == (a: Measurements, b: Measurements) -> Bool {
    a.values.elementsEqual(b.values) { $0.name == $1.name && $0.value == $1.value }
  }
}
