import DenseAlgebra
import FrontierNumerics
import Testing

/// All eigenvalues of symmetric matrices, against LAPACK's.
@Suite struct SymmetricSpectrumTests {
  @Test(arguments: [1, 2, 3, 5, 8, 17, 40, 81]) func asLAPACKs(size: Int) throws {
    var stream = RandomKey(seed: 121).child(size).stream()
    for kind in 0..<4 {
      let factor = Matrix((0..<size).map { _ in stream.gaussians(kind == 1 ? max(size / 2, 1) : size) })
      var matrix = Matrix(rows: size, columns: size)
      for i in 0..<size {
        for j in 0...i {
          // Indefinite, of half rank, of few and equal eigenvalues, and of sizes far apart.
          matrix[i, j] =
            switch kind {
            case 0: factor[i, j]
            case 1: dot(factor.row(i), factor.row(j))
            case 2: (i == j ? 1 : 0) + (i % 3 == j % 3 ? 1 : 0)
            default: factor[i, j] * Elementary.exp(-0.3 * Double(i + j))
            }
          matrix[j, i] = matrix[i, j]
        }
      }
      let ours = matrix.symmetricEigenvalues(), theirs = try LAPACK.eigenvalues(of: matrix).reversed()
      let scale = max(abs(ours[0]), abs(ours[size - 1]), 1e-300)
      for (a, b) in zip(ours, theirs) { #expect(abs(a - b) < 1e-14 * Double(size + 3) * scale, "size \(size), kind \(kind): \(a), \(b)") }
    }
  }

  @Test func zerosAndDiagonals() {
    #expect(Matrix(rows: 3, columns: 3).symmetricEigenvalues() == [0, 0, 0])
    #expect(Matrix([[2.0, 0, 0], [0, -1, 0], [0, 0, 5]]).symmetricEigenvalues() == [5, 2, -1])
    #expect(Matrix(rows: 0, columns: 0).symmetricEigenvalues() == [])
  }
}
