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
    + HessianTest.Figure.allCases.map { Column($0.rawValue) }
}
