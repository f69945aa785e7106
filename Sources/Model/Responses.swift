import CKernels
import FrontierNumerics

/// What the network answers to each patch v and to its negative: (1/m) sum_r j_r relu(z_r) and (1/m) sum_r j_r relu(-z_r). The output of any
/// sample is a sum of these.
public struct Responses: Sendable {
  var up: [Double]
  var down: [Double]

  /// The responses to all patches whose pre-activations are the columns of `preactivations` (2m x patches).
  public init(preactivations: Matrix) {
    let rows = preactivations.rows, count = preactivations.columns, stride = preactivations.stride
    let scale = 1 / Double(rows / 2)
    let signs = (0..<rows).map { $0 < rows / 2 ? 1.0 : -1.0 }
    var sums = Matrix(rows: 2, columns: stride)
    let kernels = ck_best().pointee
    (up, down) = preactivations.withElements { table in
      sums.withMutableElements { up in
        let down = up + stride
        kernels.respond(rows, stride, table, signs, up, down)
        return ((0..<count).map { up[$0] * scale }, (0..<count).map { down[$0] * scale })
      }
    }
  }

  /// These responses, followed by those to further patches.
  public func appending(_ more: Responses) -> Responses {
    var result = self
    result.up += more.up
    result.down += more.down
    return result
  }

  /// The response to a signed patch.
  func callAsFunction(_ patch: SampleSet.Patch) -> Double { patch.isNegated ? down[Int(patch.index)] : up[Int(patch.index)] }

  /// f(x_i) of every sample.
  public func outputs(of samples: SampleSet) -> [Double] {
    (0..<samples.count).map { i in samples.patches(of: i).reduce(0) { $0 + self($1) } }
  }
}

extension Network {
  /// sum over the patches of a sample of relu<w_r, x>: samples x filters.
  public func filterResponses(to samples: SampleSet) -> Matrix {
    var responses = Matrix(rows: samples.count, columns: preactivations.rows)
    for i in 0..<samples.count {
      for patch in samples.patches(of: i) {
        for r in 0..<preactivations.rows {
          let z = preactivations[r, Int(patch.index)]
          responses[i, r] += max(patch.isNegated ? -z : z, 0)
        }
      }
    }
    return responses
  }

  /// f(x_i) of every sample.
  public func outputs(of samples: SampleSet) -> [Double] { Responses(preactivations: preactivations).outputs(of: samples) }
}
