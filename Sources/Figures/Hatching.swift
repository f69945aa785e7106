/// Strokes over cells, at one angle across the plot and joined across neighbours, so that a large plane stays a small file.
struct Hatching {
  /// Between strokes, in points along either axis.
  let gap: Double
  let stroke: Stroke

  /// Boxes that share an edge may differ in it by rounding.
  private static let touching = 1e-6

  func draw(over boxes: [Box], in scene: inout Scene) {
    // Of each stroke x + y = number * gap, where along x it lies in a box.
    var strokes: [Int: [ClosedRange<Double>]] = [:]
    for box in boxes {
      let first = Int(((box.x + box.y) / gap).rounded(.up)), last = Int(((box.right + box.bottom) / gap).rounded(.down))
      for number in first..<max(last + 1, first) {
        let sum = Double(number) * gap, left = max(box.x, sum - box.bottom), right = min(box.right, sum - box.y)
        if left < right { strokes[number, default: []].append(left...right) }
      }
    }
    for (number, pieces) in strokes.sorted(by: { $0.key < $1.key }) {
      let sum = Double(number) * gap
      for piece in Self.joined(pieces) {
        scene.add(.line([Point(piece.lowerBound, sum - piece.lowerBound), Point(piece.upperBound, sum - piece.upperBound)], stroke, clip: nil))
      }
    }
  }

  private static func joined(_ pieces: [ClosedRange<Double>]) -> [ClosedRange<Double>] {
    pieces.sorted { $0.lowerBound < $1.lowerBound }.reduce(into: []) { joined, piece in
      if let last = joined.last, piece.lowerBound <= last.upperBound + touching {
        joined[joined.count - 1] = last.lowerBound...max(last.upperBound, piece.upperBound)
      } else {
        joined.append(piece)
      }
    }
  }
}
