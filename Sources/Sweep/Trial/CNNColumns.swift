import Stability

extension CNNTrial {
  private static let qualityNames = ["forgetAccuracy", "forgetLoss", "retainAccuracy", "retainLoss", "testAccuracy"]

  /// What a trial measures, in order (docs/columns.md).
  public static let columns: [Column] =
    [Column("trained", .flag), Column("trainSteps", .count), Column("trainLoss")]
    + qualityNames.map { Column($0 + "Before") }
    + [Column("noiseShare")]
    + qualityNames.map { Column($0) }
    + [Column("squaredWeightDistance"), Column("escapedAtStep", .count), Column("overflowedAtStep", .count)]
    + hessianColumns.map { Column($0.name) }

  /// The Hessian test's columns.
  static let hessianColumns: [(name: String, quantity: @Sendable (HessianTest) -> Quantity)] = [
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
