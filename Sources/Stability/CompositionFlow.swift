import FrontierNumerics

/// Training as the composition law sees it (docs/theory.md section 12), in the limit of small steps: of each true sign
///
///     dP/dt = SNR^2 (n_c s(M_c) - n_f s(M_f)),   do_g/dt = a s(M_g),   M_c = P + o_c,   M_f = -P + o_f,   s(z) = 1 / (1 + e^z),
///
/// with n_c clean samples and n_f flipped ones, whose own noise carries o_c and o_f, and t = eta steps / (m n_C). From a start at zero
/// P = b (n_c o_c - n_f o_f), b = SNR^2/a, throughout, which leaves the two o to follow.
///
/// With clean and flipped samples P is held where their pulls balance, the more tightly the larger b n is: steps are implicit.
struct CompositionFlow {
  /// n_c and n_f, a path each.
  let counts: [SIMD2<Double>]
  let b: Double

  /// All paths at one time.
  struct State {
    /// o_c and o_f
    let own: [SIMD2<Double>]
    /// M_c and M_f
    let margins: [SIMD2<Double>]
    /// do/dt = a s(M)
    let rates: [SIMD2<Double>]
  }

  /// What is read from a path at one time, or the rates of it.
  struct Values {
    /// o_c and o_f
    let own: SIMD2<Double>
    /// P
    let signal: Double
    /// Of all samples together.
    let loss: Double
  }

  func state(_ own: [SIMD2<Double>]) -> State {
    let margins = zip(own, counts).map { image(of: $0, $1) }
    let slopes = elementwise(margins) { Elementary.reverseSigmoid($0, count: $1, into: $0) }
    return State(own: own, margins: margins, rates: slopes.map { NoiseLaw.activeShare * $0 })
  }

  func values(of state: State) -> [Values] {
    let losses = elementwise(state.margins.map { -$0 }) { Elementary.softplus($0, count: $1, into: $0) }
    return counts.indices.map { p in
      Values(own: state.own[p], signal: signal(of: state.own[p], counts[p]), loss: (counts[p] * losses[p]).sum())
    }
  }

  func rates(of state: State) -> [Values] {
    counts.indices.map { p in
      let rate = state.rates[p], slopes = rate / NoiseLaw.activeShare
      return Values(own: rate, signal: signal(of: rate, counts[p]), loss: -(counts[p] * slopes * image(of: rate, counts[p])).sum())
    }
  }

  /// One step of RODAS3 (A. Sandu et al., "Benchmarking Stiff ODE Solvers for Atmospheric Chemistry Problems II", Atmospheric Environment 31, 1997): a
  /// Rosenbrock method of order 3, stable at any stiffness, with gamma = 1/2.
  func step(from start: State, by h: Double) -> State {
    let paths = counts.indices
    let solvers = paths.map { Solver(counts: counts[$0], b: b, rates: start.rates[$0], diagonal: 2 / h) }
    let first = paths.map { solvers[$0].solve(start.rates[$0]) }
    let second = paths.map { solvers[$0].solve(start.rates[$0] + 4 / h * first[$0]) }
    let third = state(paths.map { start.own[$0] + 2 * first[$0] })
    let move = paths.map { solvers[$0].solve(third.rates[$0] + (first[$0] - second[$0]) / h) }
    let fourth = state(paths.map { third.own[$0] + move[$0] })
    return state(
      paths.map { p in
        let correction = (first[p] - second[p] - 8 / 3 * move[p]) / h
        return fourth.own[p] + solvers[p].solve(fourth.rates[p] + correction)
      })
  }

  /// Margins of what own noise carries.
  private func image(of own: SIMD2<Double>, _ n: SIMD2<Double>) -> SIMD2<Double> {
    let signal = signal(of: own, n)
    return SIMD2(own.x + signal, own.y - signal)
  }

  private func signal(of own: SIMD2<Double>, _ n: SIMD2<Double>) -> Double { b * (n.x * own.x - n.y * own.y) }

  private func elementwise(_ pairs: [SIMD2<Double>], _ apply: (UnsafeMutablePointer<Double>, Int) -> Void) -> [SIMD2<Double>] {
    var flat = pairs.flatMap { [$0.x, $0.y] }
    flat.withUnsafeMutableBufferPointer { if let values = $0.baseAddress { apply(values, $0.count) } }
    return pairs.indices.map { SIMD2(flat[2 * $0], flat[2 * $0 + 1]) }
  }
}

/// Solves (D I - J) x = r, J the derivative of the rates of one path: -J = diag(c) (1 + b N), c = a s(M) (1 - s(M)).
private struct Solver {
  private let upper: SIMD2<Double>
  private let lower: SIMD2<Double>
  private let determinant: Double

  init(counts n: SIMD2<Double>, b: Double, rates: SIMD2<Double>, diagonal: Double) {
    let c = rates * (1 - rates / NoiseLaw.activeShare), own = diagonal + c, shared = b * c
    upper = SIMD2(own.x + shared.x * n.x, -shared.x * n.y)
    lower = SIMD2(-shared.y * n.x, own.y + shared.y * n.y)
    // Without the terms that cancel.
    determinant = own.x * own.y + own.x * shared.y * n.y + own.y * shared.x * n.x
  }

  func solve(_ r: SIMD2<Double>) -> SIMD2<Double> {
    SIMD2(lower.y * r.x - upper.y * r.y, upper.x * r.y - lower.x * r.x) / determinant
  }
}
