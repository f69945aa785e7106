import CKernels

/// Doubles as the kernels want them, on a 64-byte boundary. Who holds the pointer keeps the buffer alive.
package final class AlignedBuffer {
  package let pointer: UnsafeMutablePointer<Double>
  let count: Int

  /// Zeros.
  package init(count: Int) {
    self.count = count
    let bytes = max(count, 1) * MemoryLayout<Double>.stride
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: Int(CK_ALIGNMENT))
    pointer = raw.initializeMemory(as: Double.self, repeating: 0, count: max(count, 1))
  }

  deinit { UnsafeMutableRawPointer(pointer).deallocate() }
}
