import CKernels
import FrontierNumerics

/// A network that takes gradients of weighted batches and moves along them: theory.md section 4 in the span form of section 3. An `Optimizer` says how the two
/// follow each other. Cost of a move: 2m x (distinct patches in the batch) x (patches) multiply-adds at most, less those of closed gates and of patches that
/// are orthogonal to all others, whatever the dimension.
///
/// Not thread-safe; each run has its own.
public final class Simulator {
  let dataset: Dataset
  let loss: Loss
  private let start: Network
  private let kernels = ck_best().pointee
  private let room: Workspace
  /// The data set's inner products of coupled patches, kept here so that a step need not retain all of the data set.
  private let coupled: Matrix
  private let capacity: Int
  /// Made when a gradient is first taken beside the network.
  private lazy var beside = PerturbationRoom(patches: room.batchCapacity, filterStride: room.filterStride)
  /// Patches of the gradients that were taken and not moved along yet.
  private var patches = 0
  /// Samples of the last batch that a gradient was taken of.
  private var lastBatch = 0

  /// Outputs beyond this are overflow: far above any use, and far enough below the largest double that no value computed from the last state
  /// (squares of it, times squared step sizes) can overflow.
  public static let outputLimit = 1e100

  public init(_ network: Network, on dataset: Dataset, loss: Loss, largestBatch: Int) {
    start = network
    self.dataset = dataset
    self.loss = loss
    capacity = max(largestBatch, 1)
    coupled = dataset.order.gram
    room = Workspace(network, samples: dataset.samples, order: dataset.order, capacity: capacity)
  }

  /// The network as it is now: a copy of the tables at every call.
  public var network: Network {
    var network = start
    room.store(to: &network)
    return network
  }

  /// factor x [ sum over the retain samples of weight grad l_i(w) + sum over the forget samples of weight grad of the method's ascent ] at the network as it is
  /// now, kept as pre-activations and shares of the derivatives until `move` or the next gradient.
  ///
  /// Returns false, and takes nothing, where an output of the batch is beyond `outputLimit`.
  ///
  /// - Precondition: all indices are samples of the data set, and together no more than the largest batch announced.
  public func takeGradient(of batch: WeightedBatch, times factor: Double, method: some UnlearningMethod = GradientAscent()) -> Bool {
    patches = 0
    return add(batch, times: factor, method: method)
  }

  /// The same at w + tau grad, the gradient being that of the same samples with weights of their own.
  ///
  /// - Parameters:
  ///   - perturbation: what tau is.
  ///   - weights: those of the perturbation.
  public func takeGradient(
    of batch: WeightedBatch, times factor: Double, method: some UnlearningMethod = GradientAscent(), perturbed perturbation: Perturbation,
    along weights: StepWeights
  ) -> Bool {
    patches = 0
    return addGradient(of: batch, times: factor, method: method, perturbed: perturbation, along: weights)
  }

  /// The same, added to what was taken: for sets whose gradients are taken at different points. The samples of all that is added are no more than the largest
  /// batch announced.
  public func addGradient(
    of batch: WeightedBatch, times factor: Double, method: some UnlearningMethod = GradientAscent(), perturbed perturbation: Perturbation,
    along weights: StepWeights
  ) -> Bool {
    add(batch, times: factor, method: method) { listed in
      guard takeSlopes(listed, retained: batch.retain.count, method: method) else { return false }
      displace(listed, by: perturbation, along: weights, retained: batch.retain.count)
      return true
    }
  }

  /// The same at w + xi, every coordinate of xi normal with standard deviation `spread`.
  public func takeGradient(
    of batch: WeightedBatch, times factor: Double, method: some UnlearningMethod = GradientAscent(), probedBy spread: Double,
    from stream: inout RandomStream
  ) -> Bool {
    patches = 0
    return add(batch, times: factor, method: method) { listed in
      probe(listed, spread: spread, from: &stream)
      return true
    }
  }

  /// w <- w + what was taken since the last move.
  public func move() {
    coupled.withElements {
      kernels.move(
        room.filters, room.stride, patches, room.patches, room.responses, room.signs, room.filterStride, room.gathered, coupled.stride, $0,
        room.squares, room.coefficients, room.preactivations, room.openGates)
    }
    patches = 0
  }

  /// f of every sample of the data set.
  public func outputs() -> [Double] {
    room.computeAllOutputs(kernels, scale: perFilter)
    return Array(UnsafeBufferPointer(start: room.allOutputs, count: room.sampleCount))
  }

  /// Mean loss on a range of the data set's samples.
  ///
  /// - Precondition: they exist.
  public func meanLoss(in range: Range<Int>) -> Double {
    precondition(range.lowerBound >= 0 && range.upperBound <= room.sampleCount, "samples that are not in the data set")
    room.computeAllOutputs(kernels, scale: perFilter)
    return loss.mean(outputs: room.allOutputs + range.lowerBound, labels: room.allLabels + range.lowerBound, count: range.count)
  }

  /// Accuracy and mean loss on a range of the data set's samples.
  public func quality(in range: Range<Int>) -> Quality {
    Quality(outputs: outputs(), labels: dataset.samples.labels, in: range, loss: loss)
  }

  /// f of the samples that the last gradient was taken of, where it was taken.
  package var lastOutputs: [Double] { (0..<lastBatch).map { room.outputs[$0] } }
  /// Norm of the gradient that the last perturbation went along.
  package private(set) var perturbationNorm = 0.0

  /// What is to be moved along, as coefficients: 2m x patches.
  package var pendingCoefficients: [[Double]] {
    var sum = [[Double]](repeating: [Double](repeating: 0, count: dataset.gram.rows), count: room.filters)
    let coefficients = AlignedBuffer(count: patches * room.filterStride)
    coefficients.pointer.update(from: room.gathered, count: patches * room.filterStride)
    kernels.gate(patches, room.responses, room.signs, room.filterStride, coefficients.pointer)
    for t in 0..<patches {
      let patch = Int(room.dictionary[Int(room.patches[t])])
      for r in 0..<room.filters { sum[r][patch] += coefficients.pointer[t * room.filterStride + r] }
    }
    return sum
  }

  // MARK: -

  private var perFilter: Double { 1 / Double(room.filters / 2) }

  /// - Parameter perturb: moves the gathered pre-activations, with the responses to them; false where it cannot.
  private func add(
    _ batch: WeightedBatch, times factor: Double, method: some UnlearningMethod, perturb: (Workspace.Batch) -> Bool = { _ in true }
  ) -> Bool {
    precondition(batch.count <= capacity, "a batch larger than announced")
    var listed = Workspace.Batch(first: patches)
    room.append(batch.retain, to: &listed)
    room.append(batch.forget, to: &listed)
    room.close(listed)
    precondition(listed.first + listed.distinct <= room.patchCapacity, "batches larger than announced")
    lastBatch = batch.count
    kernels.gather(
      room.filters, room.stride, room.preactivations, listed.distinct, room.patches + listed.first, room.signs, room.filterStride, room.cells(of: listed),
      room.responses(of: listed))
    guard perturb(listed), takeSlopes(listed, retained: batch.retain.count, method: method) else { return false }
    room.spreadDerivatives(listed, scale: factor * perFilter, weights: batch.weights, retained: batch.retain.count)
    patches += listed.distinct
    return true
  }

  /// What the weights of the step multiply, from the responses.
  private func takeSlopes(_ listed: Workspace.Batch, retained: Int, method: some UnlearningMethod) -> Bool {
    guard room.computeOutputs(listed, scale: perFilter, limit: Self.outputLimit) else { return false }
    let seen = BatchOutputs(retained: retained, of: listed.samples, samples: room.members, outputs: room.outputs, labels: room.labels)
    method.slopes(of: loss, at: seen, into: room.derivatives)
    return true
  }

  /// Z_b + tau U K_bb, with U the coefficients of the perturbation's gradient: its squared norm is the sum of U o (U K_bb).
  private func displace(_ listed: Workspace.Batch, by perturbation: Perturbation, along weights: StepWeights, retained: Int) {
    let cells = room.cells(of: listed), count = listed.distinct
    room.spreadDerivatives(listed, scale: perFilter, weights: weights, retained: retained)
    beside.before.update(from: cells, count: count * room.filterStride)
    kernels.gate(count, room.responses(of: listed), room.signs, room.filterStride, cells)
    takeProducts(listed)
    beside.multiply(cells, count: count, kernels)
    let square = kernels.dot(count * room.filterStride, cells, beside.shift)
    perturbationNorm = max(square, 0).squareRoot()
    cells.update(from: beside.before, count: count * room.filterStride)
    kernels.displace(
      count, room.signs, room.filterStride, perturbation.innerStep(squaredNorm: square), beside.shift, cells, room.responses(of: listed))
  }

  /// Z_b + s zeta L^T, zeta standard normal, L L^T = K_bb: the law of w + xi on the patches of the batch.
  private func probe(_ listed: Workspace.Batch, spread: Double, from stream: inout RandomStream) {
    let count = listed.distinct
    takeProducts(listed)
    beside.factorise(count)
    for t in 0..<count { stream.fillGaussian(UnsafeMutableBufferPointer(start: beside.before + t * room.filterStride, count: room.filters)) }
    beside.multiply(beside.before, count: count, kernels)
    kernels.displace(count, room.signs, room.filterStride, spread, beside.shift, room.cells(of: listed), room.responses(of: listed))
  }

  /// K_bb.
  private func takeProducts(_ listed: Workspace.Batch) {
    let places = room.patches + listed.first
    dataset.gram.withElements { gram in
      withUnsafeTemporaryAllocation(of: Int32.self, capacity: listed.distinct) { patches in
        guard let patches = patches.baseAddress else { return }
        for t in 0..<listed.distinct { patches[t] = room.dictionary[Int(places[t])] }
        beside.products(of: patches, listed.distinct, in: gram, stride: dataset.gram.stride)
      }
    }
  }
}
