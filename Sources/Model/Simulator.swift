import CKernels
import FrontierNumerics

/// A network that takes gradients of weighted batches and moves along them: theory.md section 4 in the span form of section 3. An `Optimizer` says how the two
/// follow each other. Cost of a move: 2m x (distinct patches in the batch) x (patches) multiply-adds, whatever the dimension.
///
/// Not thread-safe; each run has its own.
public final class Simulator {
  let dataset: Dataset
  let loss: Loss
  private let start: Network
  private let kernels = ck_best().pointee
  private let room: Workspace
  private let capacity: Int
  /// Distinct patches of the gradient that was taken and not moved along yet.
  private var patches = 0

  /// Outputs beyond this are overflow: far above any use, and far enough below the largest double that no value computed from the last state
  /// (squares of it, times squared step sizes) can overflow.
  public static let outputLimit = 1e100

  public init(_ network: Network, on dataset: Dataset, loss: Loss, largestBatch: Int) {
    start = network
    self.dataset = dataset
    self.loss = loss
    capacity = max(largestBatch, 1)
    room = Workspace(network, samples: dataset.samples, capacity: capacity)
  }

  /// The network as it is now: a copy of the tables at every call.
  public var network: Network {
    var network = start
    room.store(to: &network)
    return network
  }

  /// factor x [ sum over the retain samples of weight grad l_i(w) + sum over the forget samples of weight grad of the method's ascent ] at the network as it is
  /// now, kept as a coefficient for each filter and patch of the batch until `move` or the next gradient.
  ///
  /// Returns false, and takes nothing, where an output of the batch is beyond `outputLimit`.
  ///
  /// - Precondition: all indices are samples of the data set, and together no more than the largest batch announced.
  public func takeGradient(of batch: WeightedBatch, times factor: Double, method: some UnlearningMethod = GradientAscent()) -> Bool {
    precondition(batch.count <= capacity, "a batch larger than announced")
    patches = 0
    var listed = Workspace.Batch()
    room.append(batch.retain, weight: batch.weights.retain, to: &listed)
    room.append(batch.forget, weight: batch.weights.forget, to: &listed)
    room.close(listed)
    let (filters, stride, filterStride, count) = (room.filters, room.stride, room.filterStride, listed.distinct)

    kernels.gather(filters, stride, room.preactivations, count, room.patches, room.signs, filterStride, room.gathered, room.up, room.down)
    let perFilter = 1 / Double(filters / 2)
    guard room.computeOutputs(listed, scale: perFilter, limit: Self.outputLimit) else { return false }
    method.slopes(of: loss, at: BatchOutputs(batch: batch, outputs: room.outputs, labels: room.labels), into: room.derivatives)
    room.spreadDerivatives(listed, scale: factor * perFilter)
    kernels.gate(count, room.patches, room.up, room.down, room.signs, filterStride, room.gathered)
    patches = count
    return true
  }

  /// w <- w + what `takeGradient` took last; nothing if it was moved along already.
  public func move() {
    kernels.scatter(patches, room.patches, room.filterStride, room.gathered, room.coefficients)
    dataset.gram.withElements {
      kernels.accumulateTransposed(room.filters, room.stride, patches, room.gathered, room.filterStride, room.patches, $0, room.preactivations)
    }
    patches = 0
  }

  /// f of every sample of the data set.
  public func outputs() -> [Double] { room.allOutputs(kernels, scale: 1 / Double(room.filters / 2)) }

  /// Accuracy and mean loss on a range of the data set's samples.
  public func quality(in range: Range<Int>) -> Quality {
    Quality(outputs: outputs(), labels: dataset.samples.labels, in: range, loss: loss)
  }
}
