extension Network {
  /// The share of the summed margin sum_i y_i f_i that all patches but the first ones of the dictionary carry: what is remembered rather than learnt when
  /// those are the signal. Between 0 and 1 when both parts help. Nil where the summed margin is not positive.
  public func marginShare(on samples: SampleSet, withoutFirst signal: Int) -> Double? {
    let responses = Responses(preactivations: preactivations)
    var sum = PartedMargin(signalPatches: signal)
    for i in 0..<samples.count { sum.add(i, of: samples, responses) }
    return sum.noiseShare
  }

  /// The same of each sample's own margin. Nil where that is not positive: such a sample is not fitted, by whatever patch.
  public func marginShares(of samples: SampleSet, withoutFirst signal: Int) -> [Double?] {
    let responses = Responses(preactivations: preactivations)
    return (0..<samples.count).map { i in
      var own = PartedMargin(signalPatches: signal)
      own.add(i, of: samples, responses)
      return own.noiseShare
    }
  }
}

/// A sum of margins y f, and what of it all patches but the first ones carry.
private struct PartedMargin {
  let signalPatches: Int
  private var noise = 0.0
  private var total = 0.0

  init(signalPatches: Int) { self.signalPatches = signalPatches }

  mutating func add(_ i: Int, of samples: SampleSet, _ responses: Responses) {
    for patch in samples.patches(of: i) {
      let margin = samples.labels[i] * responses(patch)
      total += margin
      if patch.index >= signalPatches { noise += margin }
    }
  }

  var noiseShare: Double? { total > 0 ? noise / total : nil }
}
