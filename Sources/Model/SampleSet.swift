/// Samples as short lists of signed patches: x_i = (s_1 v_{k_1}, s_2 v_{k_2}, ...), with a label each (theory.md section 3).
public struct SampleSet: Sendable {
  /// One patch of a sample: its index in the dictionary, and whether it enters with a minus sign.
  public struct Patch: Sendable, Equatable {
    public let index: Int32
    public let isNegated: Bool

    public init(_ index: Int, negated: Bool) {
      self.index = Int32(index)
      isNegated = negated
    }
  }

  /// +1 or -1 a sample, as a network is told.
  public let labels: [Double]
  /// The same before some were flipped.
  public let truth: [Double]
  /// The patches of all samples, one sample behind the other.
  let patches: [Patch]
  /// Sample i has patches[offsets[i] ..< offsets[i + 1]].
  let offsets: [Int]
  /// One more than the largest patch index.
  let patchBound: Int

  public var count: Int { labels.count }

  /// Refuses lists of different lengths, labels other than +-1, and negative patch indices.
  ///
  /// - Parameter truth: the true labels; those given where nil.
  public init(labels: [Double], truth: [Double]? = nil, patches: [[Patch]]) throws {
    let truth = truth ?? labels
    guard labels.count == patches.count else {
      throw ParameterError(parameter: "labels", value: "\(labels.count) labels", allowed: "one for each of the \(patches.count) samples")
    }
    guard truth.count == labels.count else {
      throw ParameterError(parameter: "truth", value: "\(truth.count) labels", allowed: "one for each of the \(labels.count) samples")
    }
    if let label = (labels + truth).first(where: { abs($0) != 1 }) {
      throw ParameterError(parameter: "labels", value: "\(label)", allowed: "+1 or -1")
    }
    if let patch = patches.joined().first(where: { $0.index < 0 }) {
      throw ParameterError(parameter: "patches", value: "\(patch.index)", allowed: "an index of the dictionary, from 0")
    }
    (self.labels, self.truth) = (labels, truth)
    self.patches = Array(patches.joined())
    var offsets = [0]
    for list in patches { offsets.append(offsets[offsets.count - 1] + list.count) }
    self.offsets = offsets
    patchBound = self.patches.map { Int($0.index) + 1 }.max() ?? 0
  }

  /// Whether a sample's label is not its true one.
  public func isFlipped(_ i: Int) -> Bool { labels[i] != truth[i] }

  /// The patches of sample `i`.
  public func patches(of i: Int) -> ArraySlice<Patch> { patches[offsets[i]..<offsets[i + 1]] }
}
