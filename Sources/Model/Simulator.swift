import CKernels
import Numerics

/// Moves a network by gradient steps on signed batches: theory.md section 4 in the span form of section 3. Cost of a step: 2m x (distinct patches
/// in the batch) x (patches) multiply-adds, whatever the dimension.
///
/// Not thread-safe; each run has its own.
public final class Simulator {
  public private(set) var network: Network
  let dataset: Dataset
  let loss: Loss
  private let kernels = ck_best().pointee
  private let room: Workspace
  private var capacity: Int

  /// Outputs beyond this are overflow: far above any use, and far enough below the largest double that no figure made from the last state
  /// (squares of it, times squared step sizes) can overflow.
  public static let outputLimit = 1e100

  public init(_ network: Network, on dataset: Dataset, loss: Loss, largestBatch: Int) {
    self.network = network
    self.dataset = dataset
    self.loss = loss
    capacity = max(largestBatch, 1)
    room = Workspace(filters: network.preactivations.rows, samples: dataset.samples, capacity: capacity)
  }

  /// w <- w - stepSize [ retainWeight sum_{i in retain} grad l_i(w) + forgetWeight sum_{j in forget} grad l_j(w) ]; a negative weight ascends.
  ///
  /// Returns false, and leaves the network as it was, when an output of the batch is beyond `outputLimit`.
  ///
  /// - Precondition: all indices are samples of the data set, and together no more than the largest batch announced.
  @discardableResult
  public func step(
    stepSize: Double, retain: ArraySlice<Int32>, retainWeight: Double, forget: ArraySlice<Int32> = [], forgetWeight: Double = 0
  ) -> Bool {
    let size = retain.count + forget.count
    precondition(size <= capacity, "a batch larger than announced")
    let filters = network.preactivations.rows
    room.beginStep()
    for i in retain { room.append(sample: Int(i), weight: retainWeight) }
    for j in forget { room.append(sample: Int(j), weight: forgetWeight) }
    let count = room.distinct, padded = Matrix.paddedCount(count)
    let stride = network.preactivations.stride

    network.preactivations.withElements {
      kernels.respond(filters, stride, $0, count, room.patches, padded, room.gathered, room.up, room.down)
    }
    let perFilter = 1 / Double(network.filtersPerClass)
    guard room.computeOutputs(scale: perFilter, limit: Self.outputLimit) else { return false }
    loss.derivatives(outputs: room.outputs, labels: room.labels, count: size, into: room.derivatives)
    room.spreadDerivatives(scale: -stepSize * perFilter)
    network.coefficients.withMutableElements {
      kernels.gate(filters, count, room.patches, padded, room.up, room.down, room.gathered, stride, $0)
    }
    dataset.gram.withElements { gram in
      network.preactivations.withMutableElements {
        kernels.accumulate(filters, stride, count, room.gathered, padded, room.patches, gram, $0)
      }
    }
    return true
  }

  /// f of every sample of the data set.
  public func outputs() -> [Double] { network.outputs(of: dataset.samples) }

  /// Accuracy and mean loss on a range of the data set's samples.
  public func quality(in range: Range<Int>) -> Quality {
    Quality(outputs: outputs(), labels: dataset.samples.labels, in: range, loss: loss)
  }
}
