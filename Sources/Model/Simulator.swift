import CKernels
import Numerics

/// Moves a network by gradient steps on signed batches: theory.md section 4 in the span form of section 3. Cost of a step: 2m x (distinct patches
/// in the batch) x (patches) multiply-adds, whatever the dimension.
///
/// Not thread-safe; each run has its own.
public final class Simulator {
  let dataset: Dataset
  let loss: Loss
  private let start: Network
  private let kernels = ck_best().pointee
  private let room: Workspace
  private let capacity: Int

  /// Outputs beyond this are overflow: far above any use, and far enough below the largest double that no figure made from the last state
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

  /// w <- w - stepSize [ retainWeight sum_{i in retain} grad l_i(w) + forgetWeight sum_{j in forget} grad l_j(w) ]; a negative weight ascends.
  ///
  /// Returns false, and leaves the network as it was, when an output of the batch is beyond `outputLimit`.
  ///
  /// - Precondition: all indices are samples of the data set, and together no more than the largest batch announced.
  @discardableResult
  public func step(
    stepSize: Double, retain: ArraySlice<Int32>, retainWeight: Double, forget: ArraySlice<Int32> = [], forgetWeight: Double = 0
  ) -> Bool {
    precondition(retain.count + forget.count <= capacity, "a batch larger than announced")
    var batch = Workspace.Batch()
    room.append(retain, weight: retainWeight, to: &batch)
    room.append(forget, weight: forgetWeight, to: &batch)
    room.close(batch)
    let (filters, stride, filterStride, count) = (room.filters, room.stride, room.filterStride, batch.distinct)

    kernels.gather(filters, stride, room.preactivations, count, room.patches, room.signs, filterStride, room.gathered, room.up, room.down)
    let perFilter = 1 / Double(filters / 2)
    guard room.computeOutputs(batch, scale: perFilter, limit: Self.outputLimit) else { return false }
    loss.derivatives(outputs: room.outputs, labels: room.labels, count: batch.samples, into: room.derivatives)
    room.spreadDerivatives(batch, scale: -stepSize * perFilter)
    kernels.gate(count, room.patches, room.up, room.down, room.signs, filterStride, room.gathered, room.coefficients)
    dataset.gram.withElements {
      kernels.accumulateTransposed(filters, stride, count, room.gathered, filterStride, room.patches, $0, room.preactivations)
    }
    return true
  }

  /// f of every sample of the data set.
  public func outputs() -> [Double] { room.allOutputs(kernels, scale: 1 / Double(room.filters / 2)) }

  /// Accuracy and mean loss on a range of the data set's samples.
  public func quality(in range: Range<Int>) -> Quality {
    Quality(outputs: outputs(), labels: dataset.samples.labels, in: range, loss: loss)
  }
}
