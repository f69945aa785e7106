import DenseAlgebra
import Dispatch
import FrontierNumerics
import Testing

/// Eigenvalues and Cholesky factors by LAPACK, through the typed interface.
@Suite struct LAPACKTests {
  private func symmetric(_ size: Int, _ stream: inout RandomStream) -> Matrix {
    var matrix = Matrix(rows: size, columns: size)
    for i in 0..<size {
      for j in 0...i {
        matrix[i, j] = stream.gaussian()
        matrix[j, i] = matrix[i, j]
      }
    }
    return matrix
  }

  private func largest(_ matrix: Matrix) -> Double {
    (0..<matrix.rows).reduce(0) { max($0, matrix.row($1).reduce(0) { max($0, abs($1)) }) }
  }

  /// V^T diag(values) V = A and V V^T = I, to n times rounding.
  @Test(arguments: [1, 2, 3, 8, 17, 80]) func eigensystem(size: Int) throws {
    var stream = RandomKey(seed: 111).child(size).stream()
    let matrix = symmetric(size, &stream)
    let (values, vectors) = try LAPACK.eigensystem(of: matrix)
    #expect(zip(values, values.dropFirst()).allSatisfy { $0 <= $1 })
    var scaled = vectors
    for k in 0..<size { for c in 0..<size { scaled[k, c] *= values[k] } }
    let rebuilt = vectors.transposed * scaled, identity = vectors * vectors.transposed
    let tolerance = 1e-14 * Double(size) * max(largest(matrix), 1)
    for i in 0..<size {
      for j in 0..<size {
        #expect(abs(rebuilt[i, j] - matrix[i, j]) < tolerance)
        #expect(abs(identity[i, j] - (i == j ? 1 : 0)) < 1e-14 * Double(size))
      }
    }
    #expect(zip(values, try LAPACK.eigenvalues(of: matrix)).allSatisfy { abs($0 - $1) < tolerance })
  }

  /// The second difference matrix has the eigenvalues 2 - 2 cos(k pi / (n + 1)); a matrix of ones has n and zeros.
  @Test func knownSpectra() throws {
    let size = 12
    let difference = Matrix((0..<size).map { i in (0..<size).map { j in i == j ? 2 : abs(i - j) == 1 ? -1 : 0 } })
    let values = try LAPACK.eigenvalues(of: difference)
    // Sturm's sequence is zero at each: the leading minors of T - x follow p <- (2 - x) p - p'.
    for x in values {
      var (p, before) = (2 - x, 1.0)
      for _ in 1..<size { (p, before) = ((2 - x) * p - before, p) }
      #expect(abs(p) < 1e-10)
    }
    #expect(abs(values.reduce(0, +) - 24) < 1e-13 && values[0] > 0 && values[size - 1] < 4)
    let ones = try LAPACK.eigenvalues(of: Matrix((0..<7).map { _ in [Double](repeating: 1, count: 7) }))
    #expect(abs(ones[6] - 7) < 1e-13 && ones.dropLast().allSatisfy { abs($0) < 1e-13 })
    #expect(try LAPACK.eigenvalues(of: Matrix(rows: 0, columns: 0)).isEmpty)
  }

  @Test(arguments: [1, 2, 5, 33]) func cholesky(size: Int) throws {
    var stream = RandomKey(seed: 112).child(size).stream()
    let root = symmetric(size, &stream)
    var matrix = root * root.transposed
    for i in 0..<size { matrix[i, i] += 0.1 }
    let factor = try LAPACK.cholesky(of: matrix)
    let rebuilt = factor * factor.transposed
    for i in 0..<size {
      #expect(factor[i, i] > 0 && ((i + 1)..<max(size, i + 1)).allSatisfy { factor[i, $0] == 0 })
      for j in 0..<size { #expect(abs(rebuilt[i, j] - matrix[i, j]) < 1e-14 * Double(size) * largest(matrix)) }
    }
  }

  @Test func refusals() {
    #expect(throws: LinearAlgebraError.notSquare(rows: 2, columns: 3)) { try LAPACK.eigenvalues(of: Matrix(rows: 2, columns: 3)) }
    #expect(throws: LinearAlgebraError.notSquare(rows: 3, columns: 2)) { try LAPACK.cholesky(of: Matrix(rows: 3, columns: 2)) }
    #expect(throws: LinearAlgebraError.notFinite) { try LAPACK.eigensystem(of: Matrix([[1, .nan], [.nan, 1]])) }
    #expect(throws: LinearAlgebraError.notFinite) { try LAPACK.cholesky(of: Matrix([[.infinity]])) }
    #expect(throws: LinearAlgebraError.notPositiveDefinite(order: 2)) { try LAPACK.cholesky(of: Matrix([[1, 2], [2, 1]])) }
    #expect(throws: LinearAlgebraError.notPositiveDefinite(order: 1)) { try LAPACK.cholesky(of: Matrix([[0]])) }
  }

  /// Many calls at once give the bits of each alone.
  @Test func manyThreads() throws {
    var stream = RandomKey(seed: 113).stream()
    let matrices = (0..<64).map { _ in symmetric(10 + Int(stream.below(40)), &stream) }
    let alone = try matrices.map { try LAPACK.eigenvalues(of: $0) }
    var together = [[Double]?](repeating: nil, count: matrices.count)
    together.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let results = buffer
      DispatchQueue.concurrentPerform(iterations: matrices.count) { results[$0] = try? LAPACK.eigenvalues(of: matrices[$0]) }
    }
    #expect(together == alone.map { $0 })
  }
}
