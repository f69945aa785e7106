extension Network {
  /// The share of each sample's margin y f that all patches but the first ones of the dictionary carry: what of it is remembered rather than learnt when those
  /// are the signal. Nil where the margin is not positive: such a sample is not fitted, by whatever patch.
  public func marginShares(of samples: SampleSet, withoutFirst signal: Int) -> [Double?] {
    let responses = Responses(preactivations: preactivations)
    return (0..<samples.count).map { i in
      var noise = 0.0, total = 0.0
      for patch in samples.patches(of: i) {
        let margin = samples.labels[i] * responses(patch)
        total += margin
        if patch.index >= signal { noise += margin }
      }
      return total > 0 ? noise / total : nil
    }
  }
}
