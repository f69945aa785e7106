import FrontierNumerics

/// The dictionary's patches in an order in which those that are orthogonal to all others stand last, as the signal does behind the noise: a move along one of
/// the others does not reach them, and a move along one of them reaches nothing else.
///
/// Places are columns of a simulator's tables: those of coupled patches from 0, then, from a multiple of the kernels' vector width on, the others.
package struct PatchOrder: Sendable {
  /// Inner products of the coupled patches: the dictionary's own table where all are. As many places as its rows have room come before those of the others.
  package let gram: Matrix
  /// |v|^2 of the others, in order of their places.
  package let squares: [Double]
  /// The place of each patch of the dictionary.
  package let places: [Int32]
  /// The places, with those behind the coupled patches that are nobody's.
  package let width: Int

  /// Orthogonal is what has an inner product of exactly 0.
  package init(of dictionary: Matrix) {
    let count = dictionary.rows
    let isCoupled = dictionary.withElements { Self.haveNeighbours($0, count: count, stride: dictionary.stride) }
    let coupled = (0..<count).filter { isCoupled[$0] }, others = (0..<count).filter { !isCoupled[$0] }
    gram = others.isEmpty ? dictionary : Self.block(coupled, of: dictionary)
    squares = others.map { dictionary[$0, $0] }
    let behind = gram.stride
    var places = [Int32](repeating: 0, count: count)
    for (place, patch) in coupled.enumerated() { places[patch] = Int32(place) }
    for (place, patch) in others.enumerated() { places[patch] = Int32(behind + place) }
    self.places = places
    width = behind + others.count
  }

  /// Which rows or columns of a square table have other elements than zero beside the diagonal.
  private static func haveNeighbours(_ elements: UnsafePointer<Double>, count: Int, stride: Int) -> [Bool] {
    [Bool](unsafeUninitializedCapacity: count) { has, initialized in
      has.initialize(repeating: false)
      for k in 0..<count {
        let row = elements + k * stride, own = has[k]
        var others = row[k] != 0 ? -1 : 0
        for l in 0..<count {
          let isOne = row[l] != 0
          has[l] = has[l] || isOne
          others &+= isOne ? 1 : 0
        }
        has[k] = own || others > 0
      }
      initialized = count
    }
  }

  /// The chosen rows and columns of a square table.
  private static func block(_ chosen: [Int], of table: Matrix) -> Matrix {
    var block = Matrix(rows: chosen.count, columns: chosen.count)
    let pitch = block.stride
    block.withMutableElements { block in
      table.withElements { elements in
        for (i, k) in chosen.enumerated() {
          let row = elements + k * table.stride, target = block + i * pitch
          for (j, l) in chosen.enumerated() { target[j] = row[l] }
        }
      }
    }
    return block
  }
}
