extension Network {
  /// The share of the summed margin sum_i y_i f_i that all patches but the first ones of the dictionary carry: what is remembered rather than learnt when
  /// those are the signal. Between 0 and 1 when both parts help. Nil where the summed margin is not positive.
  public func marginShare(on samples: SampleSet, withoutFirst signal: Int) -> Double? {
    let responses = Responses(preactivations: preactivations)
    var noise = 0.0, total = 0.0
    for i in 0..<samples.count {
      for patch in samples.patches(of: i) {
        let margin = samples.labels[i] * responses(patch)
        total += margin
        if patch.index >= signal { noise += margin }
      }
    }
    return total > 0 ? noise / total : nil
  }
}
