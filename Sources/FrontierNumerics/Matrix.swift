import CKernels

/// A dense row-major matrix of doubles with value semantics, laid out for the kernels: rows start on 64-byte boundaries, and the padding
/// behind each row is zero.
public struct Matrix: @unchecked Sendable {
  public let rows: Int
  public let columns: Int
  /// Doubles from one row to the next.
  public let stride: Int
  /// Copied on write while shared, so a `Matrix` may cross threads like any other value.
  private var storage: AlignedBuffer

  /// A matrix of zeros.
  ///
  /// - Precondition: neither size is negative.
  public init(rows: Int, columns: Int) {
    precondition(rows >= 0 && columns >= 0, "a matrix of negative size")
    self.rows = rows
    self.columns = columns
    stride = Matrix.paddedCount(columns)
    storage = AlignedBuffer(count: rows * stride)
  }

  /// The least multiple of the kernels' vector width that holds `count` elements.
  public static func paddedCount(_ count: Int) -> Int { (count + Int(CK_LANES) - 1) / Int(CK_LANES) * Int(CK_LANES) }

  /// - Precondition: the element exists.
  public subscript(row: Int, column: Int) -> Double {
    get {
      check(row, column)
      return storage.pointer[row * stride + column]
    }
    set {
      check(row, column)
      makeUnique()
      storage.pointer[row * stride + column] = newValue
    }
  }

  @inline(__always)
  private func check(_ row: Int, _ column: Int) {
    precondition(row >= 0 && row < rows && column >= 0 && column < columns, "an element outside the matrix")
  }

  /// One row's elements, without the padding.
  ///
  /// - Precondition: the row exists.
  public func row(_ row: Int) -> [Double] {
    precondition(row >= 0 && row < rows, "a row outside the matrix")
    return Array(UnsafeBufferPointer(start: storage.pointer + row * stride, count: columns))
  }

  /// Calls `body` with the elements; row r begins at r * stride.
  public func withElements<R>(_ body: (UnsafePointer<Double>) throws -> R) rethrows -> R { try body(UnsafePointer(storage.pointer)) }

  /// Calls `body` with the elements, to be changed in place; row r begins at r * stride, and the padding must stay zero.
  public mutating func withMutableElements<R>(_ body: (UnsafeMutablePointer<Double>) throws -> R) rethrows -> R {
    makeUnique()
    return try body(storage.pointer)
  }

  private mutating func makeUnique() {
    if isKnownUniquelyReferenced(&storage) { return }
    let copy = AlignedBuffer(count: storage.count)
    copy.pointer.update(from: storage.pointer, count: storage.count)
    storage = copy
  }

  /// Adds `factor` times the listed rows of `source`: self[r, :] += sum_t factor[r, t] source[rows[t], :], each element by one chain of fused
  /// multiply-adds in the order of t, so the bits are the same on every machine.
  ///
  /// - Precondition: `source` has as many columns as self, `factor` as many rows as self and at least as many columns as `rows` has elements.
  public mutating func accumulate(_ factor: Matrix, rowsOf source: Matrix, _ rows: ArraySlice<Int32>) {
    precondition(source.columns == columns && factor.rows == self.rows && factor.columns >= rows.count)
    let (height, stride) = (self.rows, self.stride)
    makeUnique()
    rows.withUnsafeBufferPointer { index in
      guard let index = index.baseAddress else { return }
      Elementary.kernels.accumulate(
        height, stride, rows.count, factor.storage.pointer, factor.stride, index, source.storage.pointer, storage.pointer)
    }
  }

  /// As above, with all rows listed in an array.
  public mutating func accumulate(_ factor: Matrix, rowsOf source: Matrix, _ rows: [Int32]) { accumulate(factor, rowsOf: source, rows[...]) }

  /// result = x self, a combination of rows; for a symmetric matrix that is self x.
  ///
  /// - Precondition: `x` has `rows` elements, and `result` room for `columns`.
  public func combineRows(_ x: UnsafePointer<Double>, into result: UnsafeMutablePointer<Double>) {
    let bytes = stride * MemoryLayout<Double>.stride
    withUnsafeTemporaryAllocation(byteCount: bytes, alignment: Int(CK_ALIGNMENT)) { room in
      withUnsafeTemporaryAllocation(of: Int32.self, capacity: rows) { everyRow in
        guard let sum = room.bindMemory(to: Double.self).baseAddress, let index = everyRow.baseAddress else { return }
        sum.initialize(repeating: 0, count: stride)
        for r in 0..<rows { index[r] = Int32(r) }
        Elementary.kernels.accumulate(1, stride, rows, x, rows, index, storage.pointer, sum)
        result.update(from: sum, count: columns)
      }
    }
  }

  /// The transpose.
  public var transposed: Matrix {
    var result = Matrix(rows: columns, columns: rows)
    let (from, to) = (stride, result.stride)
    result.withMutableElements { target in
      withElements { elements in for r in 0..<rows { for c in 0..<columns { target[c * to + r] = elements[r * from + c] } } }
    }
    return result
  }

  /// self self', the inner products of the rows. Of many rows half of the products are computed, and the others are the same; of short ones to write the table
  /// takes longer than to compute it.
  public var rowGram: Matrix {
    let block = 128
    guard rows > 2 * block, columns > 32 else { return self * transposed }
    var gram = Matrix(rows: rows, columns: rows)
    let columnsOfAll = transposed, everyColumn = (0..<Int32(columns)).map { $0 }
    for first in Swift.stride(from: 0, to: rows, by: block) {
      let height = min(block, rows - first)
      var factor = Matrix(rows: height, columns: columns), source = Matrix(rows: columns, columns: rows - first),
        part = Matrix(rows: height, columns: rows - first)
      factor.copy(self, fromRow: first, column: 0)
      source.copy(columnsOfAll, fromRow: 0, column: first)
      part.accumulate(factor, rowsOf: source, everyColumn)
      gram.place(part, atDiagonal: first)
    }
    return gram
  }

  /// As many elements as there is room for.
  private mutating func copy(_ other: Matrix, fromRow first: Int, column: Int) {
    let (stride, rows, columns) = (stride, rows, columns)
    withMutableElements { elements in
      other.withElements { others in
        for r in 0..<rows { (elements + r * stride).update(from: others + (first + r) * other.stride + column, count: columns) }
      }
    }
  }

  /// A block that begins on the diagonal and goes to the last column, and its mirror image; in squares of few rows, which stay in the cache.
  private mutating func place(_ block: Matrix, atDiagonal first: Int) {
    let (stride, pitch, height, width, side) = (stride, block.stride, block.rows, block.columns, 16)
    withMutableElements { elements in
      block.withElements { others in
        for r in 0..<height { (elements + (first + r) * stride + first).update(from: others + r * pitch, count: width) }
        for top in Swift.stride(from: 0, to: height, by: side) {
          for left in Swift.stride(from: 0, to: width, by: side) {
            for c in left..<min(left + side, width) {
              let row = elements + (first + c) * stride + first
              for r in top..<min(top + side, height) { row[r] = others[r * pitch + c] }
            }
          }
        }
      }
    }
  }

  /// Some of the rows and of the columns, in the order given; all of them where nil.
  ///
  /// - Precondition: they exist.
  public func taking(rows chosenRows: [Int]? = nil, columns chosenColumns: [Int]? = nil) -> Matrix {
    let (chosenRows, chosenColumns) = (chosenRows ?? Array(0..<rows), chosenColumns ?? Array(0..<columns))
    var result = Matrix(rows: chosenRows.count, columns: chosenColumns.count)
    for (i, row) in chosenRows.enumerated() { for (j, column) in chosenColumns.enumerated() { result[i, j] = self[row, column] } }
    return result
  }

  /// The sum of the diagonal, of a square matrix.
  public var trace: Double { (0..<rows).reduce(0) { $0 + self[$1, $1] } }

  /// Whether every element is a finite number.
  public var isFinite: Bool {
    for r in 0..<rows { for c in 0..<columns where !self[r, c].isFinite { return false } }
    return true
  }
}

/// Matrix product, each element summed over the inner index in ascending order by fused multiply-adds.
///
/// - Precondition: the inner sizes agree.
public func * (a: Matrix, b: Matrix) -> Matrix {
  var result = Matrix(rows: a.rows, columns: b.columns)
  result.accumulate(a, rowsOf: b, (0..<Int32(b.rows)).map { $0 })
  return result
}

extension Matrix {
  /// - Precondition: all rows are of one length.
  public init(_ rows: [[Double]]) {
    precondition(rows.allSatisfy { $0.count == rows[0].count }, "rows of different lengths")
    self.init(rows: rows.count, columns: rows.first?.count ?? 0)
    for (r, row) in rows.enumerated() { for (c, value) in row.enumerated() { self[r, c] = value } }
  }
}
