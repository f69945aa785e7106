import Results

/// Says which trials of a sweep come next, from what those before have measured. Choices follow from results alone, never from their order, so that a sweep
/// that is resumed, or was cut into shards, makes the same ones.
public protocol Chooser: Sendable {
  /// The trials of a wave, which are measured in any order; nil when no more are wanted.
  ///
  /// - Parameters:
  ///   - number: from 0.
  ///   - known: what is stored, with all waves before this one.
  func wave(_ number: Int, known: () throws -> ResultTable) throws -> Wave?
}

/// Trials that are chosen together.
public struct Wave: Sendable {
  let contains: @Sendable (_ cell: Int, _ repetition: Int) -> Bool
  /// Names of the probes that are put to them; all of the experiment's if nil.
  let probes: Set<String>?

  public init(probes: Set<String>? = nil, contains: @escaping @Sendable (_ cell: Int, _ repetition: Int) -> Bool) {
    (self.probes, self.contains) = (probes, contains)
  }

  /// Every trial of the sweep.
  public static let everything = Wave { _, _ in true }
  static let nothing = Wave { _, _ in false }
}

/// Every trial and every probe, in one wave.
public struct FullGrid: Chooser {
  public init() {}

  public func wave(_ number: Int, known: () throws -> ResultTable) throws -> Wave? { number == 0 ? .everything : nil }
}
