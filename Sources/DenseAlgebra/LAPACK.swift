import CLAPACK
import FrontierNumerics

/// Why a factorisation was refused or did not succeed.
public enum LinearAlgebraError: Error, Equatable, CustomStringConvertible {
  case notSquare(rows: Int, columns: Int)
  case notFinite
  case notPositiveDefinite(order: Int)
  case noConvergence(routine: String, code: Int)

  public var description: String {
    switch self {
    case .notSquare(let rows, let columns): "the matrix is \(rows) x \(columns); a square one is needed"
    case .notFinite: "the matrix has an element that is not a finite number"
    case .notPositiveDefinite(let order): "the leading minor of order \(order) is not positive, so the matrix is not positive definite"
    case .noConvergence(let routine, let code): "LAPACK's \(routine) did not converge (info = \(code))"
    }
  }
}

/// Symmetric eigenproblems and Cholesky factors through LAPACK. Only the lower triangle of an argument is read.
///
/// Safe to call from many threads: the library's own threading is switched off, since Dispatch already keeps every core busy. The last
/// digits may differ between processor types, so nothing that is stored may depend on these results; and a process that loads OpenBLAS pays for its thread
/// pool at every start, so the command does without.
public enum LAPACK {
  private static let singleThreaded: Void = openblas_set_num_threads(1)

  /// All eigenvalues, ascending.
  public static func eigenvalues(of matrix: Matrix) throws -> [Double] { try dsyevd(matrix, job: "N").values }

  /// All eigenvalues, ascending, and an orthonormal eigenvector for each: row k of `vectors` belongs to `values[k]`.
  public static func eigensystem(of matrix: Matrix) throws -> (values: [Double], vectors: Matrix) { try dsyevd(matrix, job: "V") }

  /// The lower triangular L with L L^T = `matrix`.
  public static func cholesky(of matrix: Matrix) throws -> Matrix {
    try check(matrix)
    var factor = matrix
    var order = Int32(matrix.rows), stride = Int32(matrix.stride), info: Int32 = 0
    // LAPACK counts by columns: its upper triangle is our lower one.
    factor.withMutableElements { dpotrf_("U", &order, $0, &stride, &info) }
    guard info == 0 else { throw LinearAlgebraError.notPositiveDefinite(order: Int(info)) }
    for r in 0..<factor.rows { for c in (r + 1)..<max(factor.columns, r + 1) { factor[r, c] = 0 } }
    return factor
  }

  private static func dsyevd(_ matrix: Matrix, job: String) throws -> (values: [Double], vectors: Matrix) {
    try check(matrix)
    guard matrix.rows > 0 else { return ([], matrix) }
    var vectors = matrix
    var order = Int32(matrix.rows), stride = Int32(matrix.stride), info: Int32 = 0
    var values = [Double](repeating: 0, count: matrix.rows)
    vectors.withMutableElements { elements in
      // A first call with sizes of -1 asks how much room the routine wants.
      var room = 0.0
      var integerRoom: Int32 = 0, ask: Int32 = -1
      dsyevd_(job, "U", &order, elements, &stride, &values, &room, &ask, &integerRoom, &ask, &info)
      var size = Int32(room), integerSize = integerRoom
      var work = [Double](repeating: 0, count: Int(size)), integerWork = [Int32](repeating: 0, count: Int(integerSize))
      dsyevd_(job, "U", &order, elements, &stride, &values, &work, &size, &integerWork, &integerSize, &info)
    }
    guard info == 0 else { throw LinearAlgebraError.noConvergence(routine: "dsyevd", code: Int(info)) }
    return (values, vectors)
  }

  private static func check(_ matrix: Matrix) throws {
    _ = singleThreaded
    guard matrix.rows == matrix.columns else { throw LinearAlgebraError.notSquare(rows: matrix.rows, columns: matrix.columns) }
    guard matrix.isFinite else { throw LinearAlgebraError.notFinite }
  }
}
