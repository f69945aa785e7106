import FrontierNumerics
import Testing

/// Chandrupatla's method, driven from outside.
@Suite struct BracketedRootTests {
  private func solve(_ low: Double, _ high: Double, tolerance: Double = 1e-13, _ function: (Double) -> Double) throws -> (root: Double, evaluations: Int) {
    var search = try #require(BracketedRoot(between: low, valued: function(low), and: high, valued: function(high), tolerance: tolerance))
    var evaluations = 0
    while let x = search.next {
      #expect(x > min(low, high) && x < max(low, high))
      search.update(function(x))
      evaluations += 1
      try #require(evaluations < 200)
    }
    return (search.root, evaluations)
  }

  /// Smooth, steep and flat functions, and a jump: found to the tolerance, at a cost not much above bisection's 45 where nothing helps.
  @Test func roots() throws {
    let cases: [(root: Double, most: Int, (Double) -> Double)] = [
      (1.2599210498948732, 12, { $0 * $0 * $0 - 2 }),
      (1.0986122886681098, 12, { Elementary.exp($0) - 3 }),
      (0.3, 60, { $0 < 0.3 ? -1 : 1 }),
      (1e-6, 80, { $0 - 1e-6 }),
      (2, 60, { $0 < 2 ? -1e-9 * (2 - $0) : 1e9 * ($0 - 2) }),
      (
        1, 90,
        {
          let x = $0 - 1; return x * x * x * x * x
        }
      ),
    ]
    for (root, most, function) in cases {
      for (low, high) in [(0.0, 5.0), (5, 0)] {
        let found = try solve(low, high, function)
        // A root of multiplicity five is lost in underflow long before it is lost to the tolerance.
        #expect(abs(found.root - root) <= 1e-12 * max(1, root), "\(found.root) for \(root)")
        #expect(found.evaluations <= most, "\(found.evaluations) evaluations for \(root)")
      }
    }
  }

  @Test func aRootAtAnEndNeedsNoEvaluation() throws {
    #expect(try solve(0, 1) { $0 }.evaluations == 0)
    #expect(try solve(-1, 0) { $0 }.root == 0)
  }

  @Test func noSignChangeNoRoot() {
    #expect(BracketedRoot(between: 0, valued: 1, and: 1, valued: 2, tolerance: 1e-9) == nil)
    #expect(BracketedRoot(between: 0, valued: -1, and: 1, valued: -2, tolerance: 1e-9) == nil)
    #expect(BracketedRoot(between: 0, valued: .nan, and: 1, valued: 2, tolerance: 1e-9) == nil)
    #expect(BracketedRoot(between: 0, valued: -1, and: 1, valued: .infinity, tolerance: 1e-9) == nil)
  }
}
