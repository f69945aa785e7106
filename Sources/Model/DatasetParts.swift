import FrontierNumerics

// Other training sets out of the same draw.
extension Dataset {
  /// The same samples in another order, as where those to forget are to come first. Patches keep their places, and with them every network on them.
  ///
  /// - Parameter chosen: each sample once.
  public func ordered(_ chosen: [Int]) throws -> Dataset {
    Dataset(
      gram: gram, samples: try samples.taking(chosen), initial: initial, fresh: fresh, signalPatches: signalPatches,
      trainingWeights: trainingWeights.map { weights in chosen.map { weights[$0] } }, order: order)
  }

  /// Some of the samples as if there were no others, in the order given: patches that only the others have are gone from the dictionary.
  ///
  /// - Parameter weights: what each weighs in training, in the same order; nil where all weigh the same.
  public func restricted(to chosen: [Int], weights: [Double]? = nil) throws -> Dataset {
    if let weights, weights.count != chosen.count || !weights.allSatisfy({ $0 >= 0 && $0.isFinite }) {
      throw ParameterError(parameter: "weights", value: "\(weights)", allowed: "one for each of the \(chosen.count) samples, none negative")
    }
    let signal = 0..<Int32(signalPatches)
    let kept = Set(signal).union(chosen.flatMap { samples.patches(of: $0).map(\.index) }).sorted()
    let place = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1, $0) }), known = Int32(gram.rows), columns = kept.map { Int($0) }
    func moved(_ patches: ArraySlice<SampleSet.Patch>) throws -> [SampleSet.Patch] {
      try patches.map { patch in
        if patch.index >= known { return SampleSet.Patch(Int(patch.index - known) + kept.count, negated: patch.isNegated) }
        guard let index = place[patch.index] else {
          throw ParameterError(parameter: "samples", value: "patch \(patch.index)", allowed: "fresh samples of patches that the chosen ones have")
        }
        return SampleSet.Patch(index, negated: patch.isNegated)
      }
    }
    func moved(_ set: SampleSet, _ chosen: [Int]) throws -> SampleSet {
      try SampleSet(labels: chosen.map { set.labels[$0] }, truth: chosen.map { set.truth[$0] }, patches: chosen.map { try moved(set.patches(of: $0)) })
    }
    return Dataset(
      gram: gram.taking(rows: columns, columns: columns), samples: try moved(samples, chosen),
      initial: try Network(initialPreactivations: initial.preactivations.taking(columns: columns)),
      fresh: try FreshSamples(
        cross: fresh.cross.taking(rows: columns), initialPreactivations: fresh.initialPreactivations,
        samples: try moved(fresh.samples, Array(0..<fresh.samples.count))),
      signalPatches: signalPatches, trainingWeights: weights)
  }
}

extension SampleSet {
  /// Some of the samples, in the order given.
  func taking(_ chosen: [Int]) throws -> SampleSet {
    try SampleSet(labels: chosen.map { labels[$0] }, truth: chosen.map { truth[$0] }, patches: chosen.map { Array(patches(of: $0)) })
  }
}
