import CKernels
import FrontierNumerics

/// What a simulator needs besides to take a gradient beside the network: tables over the patches of a batch.
final class PerturbationRoom {
  /// Listed patches x 2m: the pre-activations of the network itself, or the normal numbers of a probe. Zeros behind the filters.
  let before: UnsafeMutablePointer<Double>
  /// Listed patches x 2m: how far they are to be moved.
  let shift: UnsafeMutablePointer<Double>
  private let filterStride: Int
  /// K_bb, or a factor of it.
  private let gram: UnsafeMutablePointer<Double>
  private let gramStride: Int
  private let everyPatch: [Int32]
  private let buffers: [AlignedBuffer]

  init(patches: Int, filterStride: Int) {
    self.filterStride = filterStride
    gramStride = Matrix.paddedCount(patches)
    everyPatch = (0..<Int32(patches)).map { $0 }
    buffers = [
      AlignedBuffer(count: patches * filterStride), AlignedBuffer(count: patches * filterStride), AlignedBuffer(count: patches * gramStride),
    ]
    (before, shift, gram) = (buffers[0].pointer, buffers[1].pointer, buffers[2].pointer)
  }

  /// K_bb of the listed patches.
  func products(of index: UnsafePointer<Int32>, _ count: Int, in table: UnsafePointer<Double>, stride: Int) {
    let (gram, gramStride) = (gram, gramStride)
    for t in 0..<count {
      let row = table + Int(index[t]) * stride, target = gram + t * gramStride
      for u in 0..<count { target[u] = row[Int(index[u])] }
    }
  }

  /// shift = (K_bb or its factor) times a table of the patches.
  func multiply(_ source: UnsafePointer<Double>, count: Int, _ kernels: ck_kernels) {
    shift.update(repeating: 0, count: count * filterStride)
    kernels.accumulate(count, filterStride, count, gram, gramStride, everyPatch, source, shift)
  }

  /// Cholesky's factor in place of K_bb. A patch that depends on those before it has no direction of its own: its pivot is rounding error.
  func factorise(_ count: Int) {
    let (a, stride) = (gram, gramStride)
    var largest = 0.0
    for i in 0..<count { largest = max(largest, a[i * stride + i]) }
    for j in 0..<count {
      let pivot = a[j * stride + j], isOwn = pivot > 1e-12 * largest, root = isOwn ? pivot.squareRoot() : 0
      for i in 0..<j { a[i * stride + j] = 0 }
      a[j * stride + j] = root
      for i in j + 1..<max(count, j + 1) { a[i * stride + j] = isOwn ? a[i * stride + j] / root : 0 }
      for i in j + 1..<max(count, j + 1) {
        let factor = a[i * stride + j]
        for k in j + 1...i { a[i * stride + k] -= factor * a[k * stride + j] }
      }
    }
  }
}
