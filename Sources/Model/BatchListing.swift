/// A batch's distinct patches, the outputs of its samples, and what the loss asks of each patch.
extension Workspace {
  /// Adds samples to the batch. A sample may come twice.
  func append(_ list: ArraySlice<Int32>, to batch: inout Batch) {
    // Local copies throughout: the compiler must assume that a store through one pointer changes the others' fields.
    let (samples, of, patches, listedAs, listings) = (samples, sampleEntries, patches + batch.first, listedAs, listings)
    let (entries, entryEnds, labels, members, sampleCount) = (entries, entryEnds, labels, members, sampleCount)
    list.withUnsafeBufferPointer { list in
      var (i, e, distinct) = (batch.samples, batch.entries, batch.distinct)
      for member in list {
        let sample = Int(member)
        precondition(UInt(bitPattern: sample) < UInt(bitPattern: sampleCount), "a batch of samples that are not in the data set")
        members[i] = member
        labels[i] = samples[sample].label
        var entry = samples[sample].first
        let end = samples[sample].end
        while entry != end {
          let signed = of[Int(entry)], place = Int(signed) >> 1
          var t = listedAs[place] &- listings
          if t < 0 {
            t = distinct
            listedAs[place] = listings &+ t
            patches[t] = Int32(truncatingIfNeeded: place)
            distinct &+= 1
          }
          entries[e] = Int32(truncatingIfNeeded: 2 &* t) | (signed & 1)
          e &+= 1
          entry &+= 1
        }
        entryEnds[i] = e
        i &+= 1
      }
      (batch.samples, batch.entries, batch.distinct) = (i, e, distinct)
    }
  }

  /// Ends the list of the batch's patches.
  func close(_ batch: Batch) { listings += batch.distinct }

  /// f of each sample of the batch, from the responses; false where one is beyond `limit` or not a number.
  func computeOutputs(_ batch: Batch, scale: Double, limit: Double) -> Bool {
    let (entries, entryEnds, outputs, responses) = (entries, entryEnds, outputs, responses(of: batch))
    var withinLimit = true, entry = 0
    for i in 0..<batch.samples {
      var sum = 0.0
      let end = entryEnds[i]
      while entry != end {
        sum += responses[Int(entries[entry])]
        entry &+= 1
      }
      let output = sum * scale
      outputs[i] = output
      withinLimit = withinLimit && abs(output) <= limit
    }
    return withinLimit
  }

  /// Turns `derivatives` (dl/df a sample) into the signed patches' shares of them, in place of their responses.
  ///
  /// - Parameter retained: how many of the batch's first samples weigh as retain samples do.
  func spreadDerivatives(_ batch: Batch, scale: Double, weights: StepWeights, retained: Int) {
    let (entries, entryEnds, shares, derivatives) = (entries, entryEnds, responses(of: batch), derivatives)
    for t in 0..<batch.distinct { (shares + 2 * t).withMemoryRebound(to: SIMD2<Double>.self, capacity: 1) { $0.pointee = .zero } }
    var entry = 0
    for i in 0..<batch.samples {
      let share = scale * (i < retained ? weights.retain : weights.forget) * derivatives[i]
      let end = entryEnds[i]
      while entry != end {
        shares[Int(entries[entry])] += share
        entry &+= 1
      }
    }
  }
}
