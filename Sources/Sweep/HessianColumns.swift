import Stability

/// The Hessian test's columns of a trial, in order.
enum HessianColumns {
  static let all: [(name: String, quantity: @Sendable (HessianTest) -> Quantity)] = [
    ("fullHessianTop", \.fullHessianTop),
    ("mixedHessianTop", \.mixedHessianTop),
    ("mixedHessianBottom", \.mixedHessianBottom),
    ("coherence", \.coherence),
    ("retainCoherence", \.retainCoherence),
    ("forgetCoherence", \.forgetCoherence),
    ("crossCoherence", \.crossCoherence),
    ("coherenceDivergenceRatio", \.coherenceDivergenceRatio),
    ("coherenceConvergenceRatio", \.coherenceConvergenceRatio),
    ("singleSampleDivergenceRatio", \.singleSampleDivergenceRatio),
    ("noiseRadius", \.noiseRadius),
    ("meanSquareRadius", \.meanSquareRadius),
    ("contraction", \.contraction),
    ("typicalRate", \.typicalRate),
    ("driftAlignmentRatio", \.driftAlignmentRatio),
    ("tangentForgetAccuracy", { $0.tangent.map(\.forget.accuracy) }),
    ("tangentRetainAccuracy", { $0.tangent.map(\.retain.accuracy) }),
    ("meanFieldForgetMargin", { $0.meanField.map(\.forgetMargin) }),
    ("meanFieldForgetAccuracy", { $0.meanField.map(\.forgetAccuracy) }),
    ("meanFieldRetainAccuracy", { $0.meanField.map(\.retainAccuracy) }),
  ]
}

extension MeasuredValue {
  /// A number, or why it is undefined.
  init(_ quantity: Quantity) {
    switch quantity {
    case .success(let value): self.init(value, otherwise: "")
    case .failure(let reason): self = .undefined("\(reason)")
    }
  }
}
