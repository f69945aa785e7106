import CKernels
import Model
import FrontierNumerics

/// Numbers v_i, one a sample, moved by v += sum_{k in batch} b_k G[k, :]: how outputs and residuals follow steps along frozen gradients. O(n B) a step.
///
/// In plain pointers, for a step is little work; who holds the pointers keeps the walk alive. Not thread-safe.
final class GramWalk {
  /// v, one a sample.
  var values: UnsafeMutablePointer<Double> { valueBuffer.pointer }
  /// b of the next step, in the order of its batch; afterwards of the last.
  var coefficients: UnsafeMutablePointer<Double> { coefficientBuffer.pointer }
  private let valueBuffer: AlignedBuffer
  private let coefficientBuffer: AlignedBuffer
  private let gram: Matrix
  private let capacity: Int
  private let kernels = ck_best().pointee

  init(_ start: [Double], gram: Matrix, largestBatch: Int) {
    precondition(start.count == gram.rows)
    self.gram = gram
    capacity = max(largestBatch, 1)
    valueBuffer = AlignedBuffer(count: gram.stride)
    coefficientBuffer = AlignedBuffer(count: capacity)
    values.update(from: start, count: start.count)
  }

  /// One step, by the coefficients that were set.
  func step(_ batch: UnsafeBufferPointer<Int32>) {
    precondition(batch.count <= capacity, "a batch larger than announced")
    guard let index = batch.baseAddress else { return }
    gram.withElements { kernels.accumulate(1, gram.stride, batch.count, coefficients, capacity, index, $0, values) }
  }

  func scale(by factor: Double) { for i in 0..<gram.rows { values[i] *= factor } }
}
