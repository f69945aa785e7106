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

  /// The error's estimate holds but for the factor that its documentation gives, the residual bounds all, and the error comes to the tolerance in fewer steps.
  @Test func theErrorIsAsEstimated() throws {
    var stream = RandomKey(seed: 32).stream()
    var steps = (error: 0, residual: 0), farthest = 0.0
    for trial in 0..<300 {
      // A rotated spectrum whose two top eigenvalues are near each other, down to a billionth.
      let size = 12 + Int(stream.below(60)), gap = [0.3, 0.03, 1e-3, 1e-5, 1e-9][trial % 5]
      var spectrum = (0..<size).map { _ in 1.8 * stream.uniform() - 1 }
      spectrum[0] = 1
      spectrum[1] = 1 - gap
      let matrix = rotated(spectrum, &stream)
      let values = try LAPACK.eigenvalues(of: matrix), top = values[size - 1]
      let start = stream.gaussians(size), tolerance = 1e-10
      for reorthogonalizes in [true, false] {
        let byError = Lanczos(tolerance: tolerance, of: .error(orResidual: 1e-10), largestIterations: 20 * size, reorthogonalizes: reorthogonalizes)
        let end = try #require(byError.ends([.top], of: Dense(matrix: matrix), from: start)?.first)
        let byResidual = Lanczos(tolerance: tolerance, largestIterations: 20 * size, reorthogonalizes: reorthogonalizes)
        let slow = try #require(byResidual.ends([.top], of: Dense(matrix: matrix), from: start)?.first)
        steps.error += end.iterations
        steps.residual += slow.iterations
        #expect(end.converged && slow.converged && end.error <= tolerance && end.error <= end.residual)
        #expect(values.map { abs($0 - end.value) }.min()! <= end.residual + 1e-13)
        if gap < 1e-4 {
          // Close ones count as one until they are told apart.
          #expect(top - end.value <= gap + 30 * tolerance + 1e-13)
        } else {
          farthest = max(farthest, (top - end.value - 1e-13) / tolerance)
        }
        #expect(abs(slow.value - top) <= 1e-9)
      }
    }
    #expect(farthest <= 30, "\(farthest) times the tolerance")
    #expect(4 * steps.error < 3 * steps.residual, "\(steps.error) against \(steps.residual) steps")
  }

  /// A symmetric matrix of this spectrum.
  private func rotated(_ spectrum: [Double], _ stream: inout RandomStream) -> Matrix {
    var matrix = Matrix(rows: spectrum.count, columns: spectrum.count)
    for (i, value) in spectrum.enumerated() { matrix[i, i] = value }
    for _ in 0..<3 {
      // A reflection I - 2 u u^T from both sides.
      let direction = stream.gaussians(spectrum.count), length = dot(direction, direction).squareRoot(), u = direction.map { $0 / length }
      let image = (0..<spectrum.count).map { i in (0..<spectrum.count).reduce(0) { $0 + matrix[i, $1] * u[$1] } }
      let along = dot(u, image)
      for i in spectrum.indices { for j in spectrum.indices { matrix[i, j] += 4 * along * u[i] * u[j] - 2 * (u[i] * image[j] + image[i] * u[j]) } }
    }
    return matrix
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
