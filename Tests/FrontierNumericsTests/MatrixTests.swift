import FrontierNumerics
import Testing

@Suite struct MatrixTests {
  private func random(_ rows: Int, _ columns: Int, _ stream: inout RandomStream) -> Matrix {
    var matrix = Matrix(rows: rows, columns: columns)
    for r in 0..<rows { for c in 0..<columns { matrix[r, c] = stream.gaussian() } }
    return matrix
  }

  private func paddingIsZero(_ matrix: Matrix) -> Bool {
    matrix.withElements { elements in
      (0..<matrix.rows).allSatisfy { r in (matrix.columns..<matrix.stride).allSatisfy { elements[r * matrix.stride + $0] == 0 } }
    }
  }

  @Test func aCopyIsIndependent() {
    var a = Matrix([[1, 2], [3, 4]])
    let b = a
    a[0, 1] = 7
    a.withMutableElements { $0[0] = 9 }
    #expect(b.row(0) == [1, 2] && a.row(0) == [9, 7] && a.row(1) == b.row(1))
    var c = b
    c.accumulate(b, rowsOf: b, [0, 1])
    #expect(b.row(0) == [1, 2] && c.row(0) == [8, 12])
  }

  @Test func rowsBeginOnKernelBoundaries() {
    for columns in [0, 1, 7, 8, 9, 64] {
      let matrix = Matrix(rows: 3, columns: columns)
      #expect(matrix.stride == (columns + 7) / 8 * 8)
      matrix.withElements { #expect(UInt(bitPattern: $0) % 64 == 0) }
    }
  }

  /// Products, sums of rows and transposes against the definition, to the bit where the order of summation is stated.
  @Test func arithmetic() {
    var stream = RandomKey(seed: 101).stream()
    for _ in 0..<60 {
      let n = Int(stream.below(20)), m = Int(stream.below(20)), k = Int(stream.below(20))
      let a = random(n, k, &stream), b = random(k, m, &stream)
      let product = a * b
      for r in 0..<n {
        for c in 0..<m {
          var sum = 0.0
          for t in 0..<k { sum.addProduct(a[r, t], b[t, c]) }
          #expect(product[r, c] == sum)
        }
      }
      #expect(paddingIsZero(product))
      let transposed = a.transposed
      #expect(transposed.rows == k && transposed.columns == n)
      for r in 0..<n { for t in 0..<k { #expect(transposed[t, r] == a[r, t]) } }

      let x = stream.gaussians(k)
      var combination = [Double](repeating: .nan, count: m)
      b.combineRows(x, into: &combination)
      #expect(combination == (Matrix([x]) * b).row(0) || k == 0)
      if k == 0 { #expect(combination.allSatisfy { $0 == 0 }) }
    }
  }

  @Test func accumulateTakesListedRows() {
    var stream = RandomKey(seed: 102).stream()
    let source = random(6, 9, &stream), factor = random(4, 3, &stream)
    var target = random(4, 9, &stream)
    let before = target
    target.accumulate(factor, rowsOf: source, [5, 0, 5])
    for r in 0..<4 {
      for c in 0..<9 {
        var sum = before[r, c]
        for (t, row) in [5, 0, 5].enumerated() { sum.addProduct(factor[r, t], source[row, c]) }
        #expect(target[r, c] == sum)
      }
    }
    target.accumulate(factor, rowsOf: source, [])
    #expect(paddingIsZero(target))
  }

  @Test func finiteness() {
    #expect(Matrix([[1, 2]]).isFinite && Matrix(rows: 0, columns: 0).isFinite)
    #expect(!Matrix([[1, .nan]]).isFinite && !Matrix([[-.infinity, 0]]).isFinite)
    #expect(Matrix([[1, 5], [7, 3]]).trace == 4)
  }

  @Test func dotProducts() {
    var stream = RandomKey(seed: 103).stream()
    for count in [0, 1, 7, 8, 9, 100] {
      let x = stream.gaussians(count), y = stream.gaussians(count)
      let plain = zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(dot(x, y) - plain) <= 1e-14 * Double(max(count, 1)))
    }
  }

  #if swift(>=6.2)
    /// An element that is not there is a mistake of the program, and no look into other memory.
    @Test func elementsOutsideAreRefused() async {
      await #expect(processExitsWith: .failure) { _ = Matrix([[1, 2], [3, 4]])[1, 2] }
      await #expect(processExitsWith: .failure) { _ = Matrix([[1, 2], [3, 4]])[2, 0] }
      await #expect(processExitsWith: .failure) { _ = Matrix([[1, 2], [3, 4]])[0, -1] }
      await #expect(processExitsWith: .failure) {
        var matrix = Matrix([[1, 2], [3, 4]])
        matrix[0, 7] = 1
      }
      await #expect(processExitsWith: .failure) { _ = Matrix([[1, 2], [3, 4]]).row(2) }
      await #expect(processExitsWith: .failure) { _ = Matrix([[1, 2], [3]]) }
      await #expect(processExitsWith: .success) { _ = Matrix([[1, 2], [3, 4]])[1, 1] }
    }
  #endif

  /// By halves or whole, the bits are those of the product.
  @Test(arguments: [(1, 1), (7, 3), (256, 40), (257, 40), (300, 33), (391, 40), (300, 20)]) func rowGramIsTheProduct(rows: Int, columns: Int) {
    var stream = RandomKey(seed: 6).stream()
    let a = Matrix((0..<rows).map { _ in stream.gaussians(columns) }), gram = a.rowGram, product = a * a.transposed
    var differing = 0
    for r in 0..<rows { for c in 0..<rows where gram[r, c] != product[r, c] || gram[r, c] != gram[c, r] { differing += 1 } }
    #expect(differing == 0 && gram.rows == rows && gram.columns == rows)
    // The padding stays zero, which kernels rely on.
    #expect(paddingIsZero(gram))
  }
}
