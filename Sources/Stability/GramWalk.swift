import Model
import Numerics

/// Numbers v_i, one a sample, moved by v += sum_{k in batch} b_k G[k, :]: how outputs and residuals follow steps along frozen gradients. O(n B) a step.
struct GramWalk {
  private(set) var values: Matrix
  /// b_k of the last step, in the order of its batch.
  private(set) var coefficients: Matrix
  private let gram: Matrix

  init(_ values: [Double], gram: Matrix, largestBatch: Int) {
    self.values = Matrix([values])
    self.gram = gram
    coefficients = Matrix(rows: 1, columns: max(largestBatch, 1))
  }

  /// One step; `rule` writes the coefficients of the batch from the values before it.
  mutating func step(
    _ batch: ArraySlice<Int32>, _ rule: (_ values: UnsafePointer<Double>, _ coefficients: UnsafeMutablePointer<Double>) -> Void
  ) {
    coefficients.withMutableElements { coefficients in values.withElements { rule($0, coefficients) } }
    values.accumulate(coefficients, rowsOf: gram, batch)
  }

  mutating func scale(by factor: Double) {
    let count = values.columns
    values.withMutableElements { for i in 0..<count { $0[i] *= factor } }
  }
}
