import FrontierNumerics

/// Samples over a dictionary of patches that is known by its inner products, and the network's start on them.
public struct Dataset: Sendable {
  /// K = <v_k, v_l>.
  public let gram: Matrix
  public let samples: SampleSet
  /// The network before training.
  public let initial: Network
  public let fresh: FreshSamples
  /// The first so many patches are the signal, which all samples have in common; 0 where no patch is the signal alone.
  public let signalPatches: Int
  /// What each sample weighs in training, 1 on average; nil where all weigh the same.
  public let trainingWeights: [Double]?
  /// How simulators order the patches.
  let order: PatchOrder

  /// - Parameter order: that of the same Gram matrix, where it is known.
  init(
    gram: Matrix, samples: SampleSet, initial: Network, fresh: FreshSamples, signalPatches: Int, trainingWeights: [Double]? = nil, order: PatchOrder? = nil
  ) {
    self.gram = gram
    self.samples = samples
    self.initial = initial
    self.fresh = fresh
    self.signalPatches = signalPatches
    self.trainingWeights = trainingWeights
    self.order = order ?? PatchOrder(of: gram)
  }

  /// Any patches, any samples of them. Refuses sizes that do not fit together.
  ///
  /// - Parameters:
  ///   - fresh: samples that are not trained on; none if nil.
  ///   - signalPatches: how many of the first patches are the signal.
  public init(gram: Matrix, samples: SampleSet, initial: Network, fresh: FreshSamples? = nil, signalPatches: Int = 1) throws {
    guard gram.rows == gram.columns, initial.preactivations.columns == gram.rows, samples.patchBound <= gram.rows else {
      throw ParameterError(
        parameter: "gram", value: "\(gram.rows) x \(gram.columns)",
        allowed: "square, a row for each of \(initial.preactivations.columns) patches, and samples of those alone")
    }
    guard gram.isFinite, initial.preactivations.isFinite else {
      throw ParameterError(parameter: "gram", value: "not finite", allowed: "finite inner products and pre-activations")
    }
    let none = try FreshSamples(
      cross: Matrix(rows: gram.rows, columns: 0), initialPreactivations: Matrix(rows: initial.preactivations.rows, columns: 0),
      samples: SampleSet(labels: [], patches: []))
    let fresh = fresh ?? none
    guard fresh.cross.rows == gram.rows, fresh.initialPreactivations.rows == initial.preactivations.rows else {
      throw ParameterError(
        parameter: "fresh", value: "\(fresh.cross.rows) patches and \(fresh.initialPreactivations.rows) filters",
        allowed: "the dictionary's \(gram.rows) patches and the network's \(initial.preactivations.rows) filters")
    }
    self.init(gram: gram, samples: samples, initial: initial, fresh: fresh, signalPatches: signalPatches)
  }
}

/// Samples that were not trained on: each new patch is a row more of the Gram matrix.
public struct FreshSamples: Sendable {
  /// <v_k, u_t>: dictionary x new patches.
  public let cross: Matrix
  /// <w_r(0), u_t>: 2m x new patches.
  let initialPreactivations: Matrix
  /// Their patches count on from the dictionary's.
  public let samples: SampleSet

  /// Refuses sizes that do not fit together.
  ///
  /// - Parameters:
  ///   - cross: <v_k, u_t>, a row for each patch of the dictionary, a column for each new one.
  ///   - initialPreactivations: <w_r(0), u_t>, a row for each filter.
  ///   - samples: of the dictionary's patches, numbered from 0, and of the new ones, which count on.
  public init(cross: Matrix, initialPreactivations: Matrix, samples: SampleSet) throws {
    guard cross.columns == initialPreactivations.columns, samples.patchBound <= cross.rows + cross.columns else {
      throw ParameterError(
        parameter: "cross", value: "\(cross.rows) x \(cross.columns)",
        allowed: "a column for each of \(initialPreactivations.columns) new patches, and samples of those and the dictionary's alone")
    }
    guard cross.isFinite, initialPreactivations.isFinite else {
      throw ParameterError(parameter: "cross", value: "not finite", allowed: "finite inner products and pre-activations")
    }
    (self.cross, self.initialPreactivations, self.samples) = (cross, initialPreactivations, samples)
  }

  /// f of each fresh sample.
  public func outputs(of network: Network) -> [Double] {
    guard samples.count > 0 else { return [] }
    return Responses(preactivations: network.preactivations).appending(Responses(preactivations: preactivations(of: network))).outputs(of: samples)
  }

  /// <w_r, u_t> of the new patches: 2m x new patches.
  public func preactivations(of network: Network) -> Matrix {
    var preactivations = initialPreactivations
    preactivations.accumulate(network.coefficients, rowsOf: cross, (0..<Int32(cross.rows)).map { $0 })
    return preactivations
  }

  /// Accuracy and loss on the fresh samples; nil when there are none.
  public func quality(of network: Network, loss: Loss) -> Quality? {
    guard samples.count > 0 else { return nil }
    return Quality(outputs: outputs(of: network), labels: samples.labels, in: 0..<samples.count, loss: loss)
  }
}
