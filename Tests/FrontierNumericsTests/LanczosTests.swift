import DenseAlgebra
import FrontierNumerics
import Testing

/// Lanczos against LAPACK.
@Suite struct LanczosTests {
  struct Dense: SelfAdjointOperator {
    let matrix: Matrix
    var size: Int { matrix.rows }
    var largestSquare: Double { 1 }

    func apply(_ x: UnsafePointer<Double>, dual: UnsafeMutablePointer<Double>, image: UnsafeMutablePointer<Double>) {
      for i in 0..<size {
        dual[i] = x[i]
        image[i] = (0..<size).reduce(0) { $0 + matrix[i, $1] * x[$1] }
      }
    }
  }

  @Test func endsAreThoseOfLAPACK() throws {
    var stream = RandomKey(seed: 31).stream()
    var worst = 0.0
    for trial in 0..<200 {
      let size = 1 + Int(stream.below(40))
      var matrix = Matrix(rows: size, columns: size)
      for i in 0..<size {
        for j in 0...i {
          let value = trial % 3 == 0 && i != j ? 0 : stream.gaussian()
          matrix[i, j] = value
          matrix[j, i] = value
        }
      }
      let values = try LAPACK.eigenvalues(of: matrix)
      let start = stream.gaussians(size)
      for reorthogonalizes in [true, false] {
        let method = Lanczos(tolerance: 1e-8, largestIterations: 10 * size + 20, reorthogonalizes: reorthogonalizes)
        let ends = try #require(method.ends([.top, .bottom], of: Dense(matrix: matrix), from: start))
        let scale = max(abs(values[0]), abs(values[size - 1]))
        #expect(ends.allSatisfy { $0.converged })
        for (end, value) in [(ends[0], values[size - 1]), (ends[1], values[0])] {
          worst = max(worst, abs(end.value - value) / scale)
          // The residual bounds the distance to the spectrum, rounding aside.
          #expect(values.map { abs($0 - end.value) }.min()! <= end.residual + 1e-13 * scale)
        }
      }
    }
    #expect(worst < 1e-10, "worst error \(worst)")
  }

  @Test func anUnconvergedEndSaysSo() throws {
    let matrix = Matrix((0..<60).map { i in (0..<60).map { i == $0 ? Double(i) : 0 } })
    let ends = try #require(
      Lanczos(tolerance: 1e-12, largestIterations: 4).ends([.top], of: Dense(matrix: matrix), from: [Double](repeating: 1, count: 60)))
    #expect(!ends[0].converged && ends[0].iterations == 4 && ends[0].residual > 1e-3)
  }

  /// Where an operator cannot tell lengths from rounding error the ends may be a guess: their residual is measured all the same, and bounds the error.
  @Test func aGuessIsNotExact() throws {
    struct Vague: SelfAdjointOperator {
      let dense: Dense
      var size: Int { dense.size }
      var largestSquare: Double { 1e14 }
      func apply(_ x: UnsafePointer<Double>, dual: UnsafeMutablePointer<Double>, image: UnsafeMutablePointer<Double>) {
        dense.apply(x, dual: dual, image: image)
      }
    }
    let values = (0..<20).map { Double($0 * $0) }
    let dense = Dense(matrix: Matrix((0..<20).map { i in (0..<20).map { i == $0 ? values[i] : 0 } }))
    let end = try #require(
      Lanczos(tolerance: 1e-9, largestIterations: 50).ends([.top], of: Vague(dense: dense), from: [Double](repeating: 1, count: 20))?.first)
    #expect(end.iterations < 20 && abs(end.value - 361) > 1e-3, "\(end)")
    #expect(end.residual > 1 && values.map { abs($0 - end.value) }.min() ?? .infinity <= end.residual)
  }

  @Test func aStartOfLengthZeroHasNoEnds() {
    let ends = Lanczos(tolerance: 1e-9, largestIterations: 9).ends([.top], of: Dense(matrix: Matrix(rows: 3, columns: 3)), from: [0, 0, 0])
    #expect(ends == nil)
  }
}
