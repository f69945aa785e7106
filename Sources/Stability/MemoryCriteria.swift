extension Criteria {
  /// The criteria of the forget set's own memory.
  public static let memory: [Criterion<Predictors>] = [
    // Forget margins end at those of fresh samples, from the network's own couplings.
    Criterion(
      "meanFieldMemory", "mean field, measured couplings", formula: "mean forget margin less that of fresh samples, each moved by the groups, <= 0",
      claim: .prediction, predicts: .memory, citation: .here
    ) { at throws(Undefined) in Assessment(try at[.meanFieldMemory].get(), atMost: 0) },
    // The same with no network.
    aPriori(
      "aPrioriMemory", "mean field, a priori", formula: "N <= 0, from N = M/(1 + s SNR^2) by N <- N - eta alpha/(n_F m) psi(m_F)", predicts: .memory
    ) { $0.ownMemory },
  ]
}
