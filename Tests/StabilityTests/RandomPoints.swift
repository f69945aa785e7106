import Model
import FrontierNumerics
import Stability

/// Random linearisations: gradients of given rank, with the special shapes that a sweep can meet.
enum RandomPoints {
  enum Shape: CaseIterable {
    case generic, lowRank, duplicates, someDead, orthogonal
  }

  static func point(_ stream: inout RandomStream, shape: Shape, loss: Loss) throws -> Linearisation {
    let count = 2 + Int(stream.below(11))
    let forget = stream.below(4) == 0 ? 1 : 1 + Int(stream.below(UInt32(count - 1)))
    let dimension = shape == .lowRank ? 2 : count + 2
    var gradients = (0..<count).map { _ in stream.gaussians(dimension) }
    switch shape {
    case .generic, .lowRank: break
    case .duplicates: for i in 0..<count where stream.below(2) == 0 { gradients[i] = gradients[0] }
    case .someDead: for i in 0..<count where stream.below(3) == 0 { gradients[i] = [Double](repeating: 0, count: dimension) }
    case .orthogonal:
      for i in 0..<count {
        let length = 0.2 + stream.uniform()
        gradients[i] = (0..<dimension).map { $0 == i ? length : 0 }
      }
    }
    let scale = 0.05 + stream.uniform()
    let gram = Matrix(gradients.map { a in gradients.map { b in scale * dot(a, b) } })
    return try Linearisation(
      gram: gram, outputs: stream.gaussians(count).map { 3 * $0 }, labels: (0..<count).map { _ in stream.sign() },
      split: try ForgetSplit(samples: count, forgetCount: forget), loss: loss)
  }

  static func rule(_ stream: inout RandomStream, count: Int, sampling: Sampling) throws -> StepRule {
    let ratios = [0, 0.05, 0.3, 0.5, 0.9, 1]
    return try StepRule(
      forgetRatio: ratios[Int(stream.below(UInt32(ratios.count)))], stepSize: 0.02 + 4 * stream.uniform(),
      batchSize: 1 + Int(stream.below(UInt32(count))), sampling: sampling)
  }
}
