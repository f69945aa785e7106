import Model

/// A value of a parameter, as a specification or an axis holds it.
public enum ParameterValue: Sendable, Hashable {
  case count(Int)
  case number(Double)
  case choice(String)

  /// How it is written in a specification, an identity and a result; reading a number back gives the same bits.
  public var text: String {
    switch self {
    case .count(let value): "\(value)"
    case .number(let value): "\(value)"
    case .choice(let value): value
    }
  }

  /// Nil for a name.
  public var number: Double? {
    switch self {
    case .count(let count): Double(count)
    case .number(let number): number
    case .choice: nil
    }
  }
}

/// What values a parameter takes.
public enum ParameterKind: Sendable, Hashable {
  case count
  case number
  case choice([String])

  /// For error messages.
  public var words: String {
    switch self {
    case .count: "a whole number"
    case .number: "a number"
    case .choice(let names): names.joined(separator: " or ")
    }
  }

  /// The value that a word of a command line stands for; nil when it is not of this kind.
  public func value(from text: String) -> ParameterValue? {
    switch self {
    case .count: Int(text).map { .count($0) }
    case .number: Double(text).map { .number($0) }
    case .choice(let names): names.contains(text) ? .choice(text) : nil
    }
  }
}

/// A parameter of an experiment, whatever the experiment.
public struct ParameterInfo: Sendable {
  public let name: String
  /// For formulas and figures, as in "α"; empty if it has none.
  public let symbol: String
  /// For the axis of a figure.
  public let label: String
  /// One line, with the unit where there is one.
  public let meaning: String
  public let kind: ParameterKind
  /// Its default.
  public let standard: ParameterValue
  /// As messages and docs/spec.md say it.
  public let allowed: String
  /// Whether figures name its value even where it is the default.
  public let isAlwaysNamed: Bool
  /// Without which it has no effect; nil for one that always acts.
  public let acts: Condition?
}

/// A parameter's name, what it means, what it may be, and where `Owner` keeps it. Ranges are enforced where values are used, by the types of `Model` and
/// `Stability`; a test holds what is said here against that.
public struct Parameter<Owner: Sendable>: Sendable {
  public let name: String
  public let kind: ParameterKind
  /// Nil for a choice.
  public let range: ParameterRange?
  private let symbol: String
  private let label: String
  private let meaning: String
  private let isAlwaysNamed: Bool
  private let acts: Condition?
  private let read: @Sendable (Owner) -> ParameterValue
  /// False for a value of another kind.
  private let write: @Sendable (inout Owner, ParameterValue) -> Bool
  /// Copies it from one owner to another.
  let transfer: @Sendable (Owner, inout Owner) -> Void

  /// A whole number.
  public init(
    _ name: String, symbol: String = "", _ label: String, _ path: WritableKeyPath<Owner, Int> & Sendable, _ range: ParameterRange,
    named: Bool = false, acts: Condition? = nil, _ meaning: String
  ) {
    (self.name, self.symbol, self.label, self.meaning, self.range, isAlwaysNamed, self.acts, kind) = (name, symbol, label, meaning, range, named, acts, .count)
    let field = Field(path)
    read = { .count(field.value(in: $0)) }
    write = { owner, value in
      guard case .count(let count) = value else { return false }
      field.set(count, in: &owner)
      return true
    }
    transfer = { field.set(field.value(in: $0), in: &$1) }
  }

  /// A real number.
  public init(
    _ name: String, symbol: String = "", _ label: String, _ path: WritableKeyPath<Owner, Double> & Sendable, _ range: ParameterRange,
    named: Bool = false, acts: Condition? = nil, _ meaning: String
  ) {
    (self.name, self.symbol, self.label, self.meaning, self.range, isAlwaysNamed, self.acts, kind) = (name, symbol, label, meaning, range, named, acts, .number)
    let field = Field(path)
    read = { .number(field.value(in: $0)) }
    write = { owner, value in
      guard case .number(let number) = value else { return false }
      field.set(number, in: &owner)
      return true
    }
    transfer = { field.set(field.value(in: $0), in: &$1) }
  }

  /// One of some names.
  public init<Choice: RawRepresentable<String> & CaseIterable & Sendable & BitwiseCopyable>(
    _ name: String, _ label: String, _ path: WritableKeyPath<Owner, Choice> & Sendable, named: Bool = false, acts: Condition? = nil, _ meaning: String
  ) {
    (self.name, symbol, self.label, self.meaning, range, isAlwaysNamed, self.acts) = (name, "", label, meaning, nil, named, acts)
    kind = .choice(Choice.allCases.map(\.rawValue))
    let field = Field(path)
    read = { .choice(field.value(in: $0).rawValue) }
    write = { owner, value in
      guard case .choice(let name) = value, let choice = Choice(rawValue: name) else { return false }
      field.set(choice, in: &owner)
      return true
    }
    transfer = { field.set(field.value(in: $0), in: &$1) }
  }

  /// What a block of a specification sets as a whole, told by its digest; of values only "none" can be set, which takes it away.
  init(
    _ name: String, _ label: String, digest path: KeyPath<Owner, String?> & Sendable, copy: @escaping @Sendable (Owner, inout Owner) -> Void,
    remove: @escaping @Sendable (inout Owner) -> Void, _ meaning: String
  ) {
    (self.name, symbol, self.label, self.meaning, range, isAlwaysNamed, acts) = (name, "", label, meaning, nil, false, nil)
    kind = .choice([Self.none])
    read = { .choice($0[keyPath: path] ?? Self.none) }
    write = { owner, value in
      guard value == .choice(Self.none) else { return false }
      remove(&owner)
      return true
    }
    transfer = copy
  }

  private static var none: String { "none" }

  public func value(in owner: Owner) -> ParameterValue { read(owner) }

  /// Refuses a value of another kind.
  public func set(_ value: ParameterValue, in owner: inout Owner) throws(ParameterError) {
    guard write(&owner, value) else { throw refusal(value.text) }
  }

  /// Sets the parameter from a word of a command line. Refuses what is not of its kind.
  public func set(_ text: String, in owner: inout Owner) throws(ParameterError) {
    guard let value = kind.value(from: text) else { throw refusal(text.isEmpty ? "(nothing)" : text) }
    try set(value, in: &owner)
  }

  func info(standard: Owner) -> ParameterInfo {
    ParameterInfo(
      name: name, symbol: symbol, label: label, meaning: meaning, kind: kind, standard: value(in: standard), allowed: range?.words ?? kind.words,
      isAlwaysNamed: isAlwaysNamed, acts: acts)
  }

  private func refusal(_ text: String) -> ParameterError { ParameterError(parameter: name, value: text, allowed: kind.words) }
}

/// Where a plain value lies in its owner. Cells are read by every stage of every trial, and a key path takes a hundred times as long as the bytes do.
private struct Field<Owner: Sendable, Value: BitwiseCopyable & Sendable>: Sendable {
  private let path: WritableKeyPath<Owner, Value> & Sendable
  /// Nil for what is not stored in the owner itself.
  private let offset: Int?

  init(_ path: WritableKeyPath<Owner, Value> & Sendable) { (self.path, offset) = (path, MemoryLayout<Owner>.offset(of: path)) }

  func value(in owner: Owner) -> Value {
    guard let offset else { return owner[keyPath: path] }
    return withUnsafeBytes(of: owner) { $0.load(fromByteOffset: offset, as: Value.self) }
  }

  func set(_ value: Value, in owner: inout Owner) {
    guard let offset else { return owner[keyPath: path] = value }
    withUnsafeMutableBytes(of: &owner) { $0.storeBytes(of: value, toByteOffset: offset, as: Value.self) }
  }
}
