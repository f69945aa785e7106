import CKernels
import FrontierNumerics
import Testing

/// Every kernel, in every variant that this machine can run, against plain loops with the fused multiply-adds in the order that the header states: to the
/// last bit. So the variants agree with each other too.
@Suite struct KernelVariants {
  /// Doubles on a 64-byte boundary, as the kernels want them. Whoever passes `pointer` on keeps the room alive.
  final class Room {
    let pointer: UnsafeMutablePointer<Double>
    let count: Int

    init(_ values: [Double]) {
      count = values.count
      pointer = UnsafeMutableRawPointer.allocate(byteCount: 8 * max(count, 1), alignment: Int(CK_ALIGNMENT)).bindMemory(to: Double.self, capacity: count)
      for (i, value) in values.enumerated() { (pointer + i).initialize(to: value) }
    }

    deinit { UnsafeMutableRawPointer(pointer).deallocate() }

    var bits: [UInt64] { (0..<count).map { pointer[$0].bitPattern } }
    subscript(i: Int) -> Double { pointer[i] }
  }

  private func padded(_ n: Int) -> Int { (n + 7) / 8 * 8 }

  private func numbers(_ count: Int, _ stream: inout RandomStream) -> [Double] {
    // Kinks and signed zeros among them.
    stream.gaussians(count).map { x in
      switch stream.below(12) {
      case 0: 0.0
      case 1: -0.0
      default: x
      }
    }
  }

  private func distinctIndices(_ count: Int, below bound: Int, _ stream: inout RandomStream) -> [Int32] {
    var sampler = SubsetSampler(population: bound, stream: RandomKey(seed: stream.next()).stream())
    var result: [Int32] = []
    sampler.appendSubset(size: count, offset: 0, to: &result)
    return result
  }

  @Test func accumulateIsOneChainAnElement() {
    var stream = RandomKey(seed: 91).stream()
    for trial in 0..<200 {
      let rows = 1 + Int(stream.below(45)), stride = 8 * (1 + Int(stream.below(14))), count = Int(stream.below(24)), sourceRows = 30
      let factorStride = count + Int(stream.below(5))
      let index = (0..<count).map { _ in Int32(stream.below(UInt32(sourceRows))) }
      let factor = numbers(max(rows * factorStride, 1), &stream), source = numbers(sourceRows * stride, &stream), target = numbers(rows * stride, &stream)
      var expected = target
      for r in 0..<rows {
        for t in 0..<count {
          for c in 0..<stride { expected[r * stride + c].addProduct(factor[r * factorStride + t], source[Int(index[t]) * stride + c]) }
        }
      }
      for (name, kernels) in runnableVariants() {
        let from = Room(source), sums = Room(target)
        kernels.accumulate(rows, stride, count, factor, factorStride, index, from.pointer, sums.pointer)
        #expect(sums.bits == expected.map(\.bitPattern), "\(name), trial \(trial): \(rows) x \(stride), \(count)")
        let lower = Room(target)
        kernels.accumulateLower(rows, stride, count, factor, factorStride, index, from.pointer, lower.pointer)
        #expect(lowerBits(lower, rows, stride) == lowerBits(Room(expected), rows, stride), "\(name), trial \(trial), lower triangle")
        withExtendedLifetime(from) {}
      }
    }
  }

  private func lowerBits(_ table: Room, _ rows: Int, _ stride: Int) -> [UInt64] {
    (0..<rows).flatMap { r in (0..<min(r + 1, stride)).map { table[r * stride + $0].bitPattern } }
  }

  /// Tables that are worked on in panels, with strips of the source copied.
  @Test func accumulateOfLargeTables() {
    var stream = RandomKey(seed: 98).stream()
    for (rows, stride, count) in [(340, 304, 200), (130, 1000, 97), (2100, 48, 30), (323, 328, 323)] {
      let index = (0..<count).map { _ in Int32(stream.below(UInt32(count))) }
      let factor = numbers(rows * count, &stream), source = numbers(count * stride, &stream), target = numbers(rows * stride, &stream)
      var expected = target
      for r in 0..<rows {
        for t in 0..<count {
          let f = factor[r * count + t], from = Int(index[t]) * stride
          for c in 0..<stride { expected[r * stride + c].addProduct(f, source[from + c]) }
        }
      }
      let bits = expected.map(\.bitPattern), lowerBitsExpected = lowerBits(Room(expected), rows, stride)
      for (name, kernels) in runnableVariants() {
        let from = Room(source), sums = Room(target), lower = Room(target)
        kernels.accumulate(rows, stride, count, factor, count, index, from.pointer, sums.pointer)
        kernels.accumulateLower(rows, stride, count, factor, count, index, from.pointer, lower.pointer)
        #expect(sums.bits == bits, "\(name): \(rows) x \(stride), \(count)")
        #expect(lowerBits(lower, rows, stride) == lowerBitsExpected, "\(name): \(rows) x \(stride), \(count), lower triangle")
        withExtendedLifetime(from) {}
      }
    }
  }

  @Test func respondSumsInOrder() {
    var stream = RandomKey(seed: 92).stream()
    for _ in 0..<100 {
      let rows = 2 * (1 + Int(stream.below(20))), stride = 8 * (1 + Int(stream.below(12)))
      let table = numbers(rows * stride, &stream), sign = (0..<rows).map { $0 < rows / 2 ? 1.0 : -1 }
      var up = [Double](repeating: 0, count: stride), down = up
      for c in 0..<stride {
        for r in 0..<rows {
          let z = table[r * stride + c]
          up[c].addProduct(sign[r], max(z, 0))
          down[c].addProduct(sign[r], max(-z, 0))
        }
      }
      for (name, kernels) in runnableVariants() {
        let room = Room(table), results = Room([Double](repeating: .nan, count: 2 * stride))
        kernels.respond(rows, stride, room.pointer, sign, results.pointer, results.pointer + stride)
        #expect((0..<stride).allSatisfy { results[$0] == up[$0] && results[stride + $0] == down[$0] }, "\(name)")
        withExtendedLifetime(room) {}
      }
    }
  }

  /// What gather and displace say of a patch's pre-activations: the sums in four lanes.
  private func responses(_ z: ArraySlice<Double>, _ sign: [Double]) -> [Double] {
    var above = [0.0, 0, 0, 0], below = above
    for (r, z) in z.enumerated() {
      above[r % 4].addProduct(sign[r], max(z, 0))
      below[r % 4].addProduct(sign[r], max(-z, 0))
    }
    return [(above[0] + above[1]) + (above[2] + above[3]), (below[0] + below[1]) + (below[2] + below[3])]
  }

  private func signs(_ rows: Int) -> [Double] { (0..<padded(rows)).map { $0 < rows / 2 ? 1 : $0 < rows ? -1 : 0 } }

  /// gather, then gate: a step's coefficients.
  @Test func gatherAndGate() {
    var stream = RandomKey(seed: 93).stream()
    for _ in 0..<200 {
      let rows = 2 * (1 + Int(stream.below(22))), columns = 1 + Int(stream.below(60)), stride = padded(columns)
      let filterStride = padded(rows), count = Int(stream.below(UInt32(columns + 1)))
      let table = numbers(rows * stride, &stream), index = distinctIndices(count, below: columns, &stream), sign = signs(rows)
      let shares = stream.gaussians(2 * count)
      var expected: [Double] = [], coefficients = [Double](repeating: 0, count: count * filterStride)
      for (t, k) in index.enumerated() {
        let column = (0..<rows).map { table[$0 * stride + Int(k)] }
        expected += responses(column[...], sign)
        for (r, z) in column.enumerated() { coefficients[t * filterStride + r] = sign[r] * (z > 0 ? shares[2 * t] : z < 0 ? -shares[2 * t + 1] : 0) }
      }
      for (name, kernels) in runnableVariants() {
        let from = Room(table), signs = Room(sign), gathered = Room([Double](repeating: 0, count: count * filterStride))
        let found = Room([Double](repeating: .nan, count: 2 * count))
        kernels.gather(rows, stride, from.pointer, count, index, signs.pointer, filterStride, gathered.pointer, found.pointer)
        #expect((0..<2 * count).allSatisfy { found[$0] == expected[$0] }, "\(name)")
        for (t, k) in index.enumerated() { for r in 0..<rows { #expect(gathered[t * filterStride + r] == table[r * stride + Int(k)]) } }
        kernels.gate(count, shares, signs.pointer, filterStride, gathered.pointer)
        #expect((0..<count * filterStride).allSatisfy { gathered[$0] == coefficients[$0] }, "\(name)")
        withExtendedLifetime((from, signs)) {}
      }
    }
  }

  @Test func displaceMovesAndResponds() {
    var stream = RandomKey(seed: 97).stream()
    for _ in 0..<100 {
      let rows = 2 * (1 + Int(stream.below(22))), filterStride = padded(rows), count = Int(stream.below(30))
      let sign = signs(rows), factor = stream.gaussian(), shift = numbers(max(count, 1) * filterStride, &stream)
      var cells = numbers(max(count, 1) * filterStride, &stream), expected: [Double] = []
      let start = cells
      for t in 0..<count {
        for i in t * filterStride..<(t + 1) * filterStride { cells[i].addProduct(factor, shift[i]) }
        expected += responses(cells[t * filterStride..<(t + 1) * filterStride], sign)
      }
      for (name, kernels) in runnableVariants() {
        let signs = Room(sign), moved = Room(start), by = Room(shift), found = Room([Double](repeating: .nan, count: 2 * count))
        kernels.displace(count, signs.pointer, filterStride, factor, by.pointer, moved.pointer, found.pointer)
        #expect((0..<count * filterStride).allSatisfy { moved[$0] == cells[$0] }, "\(name)")
        #expect((0..<2 * count).allSatisfy { found[$0] == expected[$0] }, "\(name)")
        withExtendedLifetime((signs, by)) {}
      }
    }
  }

  /// Any widths of the coupled part, any share of closed gates, more patches than one word has bits, patches that are listed twice.
  @Test func moveSkipsNothingButZeros() {
    var stream = RandomKey(seed: 98).stream()
    for trial in 0..<200 {
      let rows = 2 * (1 + Int(stream.below(15))), filterStride = padded(rows), coupled = 8 * Int(stream.below(18)), others = Int(stream.below(4))
      let stride = padded(coupled + others), count = coupled + others == 0 ? 0 : Int(stream.below(trial % 10 == 0 ? 200 : 24)), closed = stream.uniform()
      let index = (0..<count).map { _ in Int32(stream.below(UInt32(coupled + others))) }
      let gram = numbers(coupled * coupled, &stream), squares = numbers(others, &stream)
      let table = numbers(rows * stride, &stream), total = numbers((coupled + others) * filterStride, &stream)
      let sign = signs(rows), shares = (0..<2 * count).map { _ in stream.uniform() < closed ? 0 : stream.gaussian() }
      let cells = (0..<count * filterStride).map { $0 % filterStride < rows ? numbers(1, &stream)[0] : 0 }
      var factor = cells
      for i in cells.indices {
        let t = i / filterStride
        factor[i] = sign[i % filterStride] * (cells[i] > 0 ? shares[2 * t] : cells[i] < 0 ? -shares[2 * t + 1] : 0)
      }
      var expected = table, expectedTotal = total
      for (t, k) in index.enumerated() {
        for r in 0..<rows {
          let coefficient = factor[t * filterStride + r]
          expectedTotal[Int(k) * filterStride + r] += coefficient
          if Int(k) < coupled {
            for c in 0..<coupled { expected[r * stride + c].addProduct(coefficient, gram[Int(k) * coupled + c]) }
          } else {
            expected[r * stride + Int(k)].addProduct(coefficient, squares[Int(k) - coupled])
          }
        }
      }
      for (name, kernels) in runnableVariants() {
        let from = Room(gram), sums = Room(total), moved = Room(table), gathered = Room(cells), signs = Room(sign),
          bits = Room([Double](repeating: .nan, count: filterStride))
        bits.pointer.withMemoryRebound(to: UInt64.self, capacity: filterStride) {
          kernels.move(
            rows, stride, count, index, shares, signs.pointer, filterStride, gathered.pointer, coupled, from.pointer, squares, sums.pointer,
            moved.pointer, $0)
        }
        let label = "\(name), trial \(trial): \(rows) x \(coupled) + \(others), \(count)"
        #expect((0..<rows * stride).allSatisfy { moved[$0] == expected[$0] }, "\(label)")
        #expect((0..<total.count).allSatisfy { sums[$0] == expectedTotal[$0] }, "\(label)")
        withExtendedLifetime((from, signs, gathered)) {}
      }
    }
  }

  @Test func vectorsInTheStatedOrder() {
    var stream = RandomKey(seed: 95).stream()
    for count in Array(0...70) + [1000] {
      let x = numbers(count, &stream), y = numbers(count, &stream), z = numbers(count, &stream)
      let (a, b, c) = (stream.gaussian(), stream.gaussian(), stream.gaussian())
      var lanes = [Double](repeating: 0, count: 32), tail = 0.0
      let whole = count / 32 * 32, vectors = count / 8 * 8
      for i in 0..<whole { lanes[i % 32].addProduct(x[i], y[i]) }
      for i in whole..<vectors { lanes[i % 8].addProduct(x[i], y[i]) }
      for i in vectors..<count { tail.addProduct(x[i], y[i]) }
      let all = (0..<8).map { (k: Int) -> Double in
        let first = lanes[k] + lanes[8 + k], second = lanes[16 + k] + lanes[24 + k]
        return first + second
      }
      let half = (0..<4).map { (k: Int) -> Double in all[k] + all[k + 4] }
      let even = half[0] + half[2], odd = half[1] + half[3]
      let product: Double = (even + odd) + tail
      let added = (0..<count).map { y[$0] + a * x[$0] }
      let combined = (0..<count).map { i in
        let first = a * z[i] + b * x[i]
        return first + c * y[i]
      }
      for (name, kernels) in runnableVariants() {
        #expect(kernels.dot(count, x, y) == product, "\(name), \(count) numbers")
        var sum = y, combination = z
        kernels.add(count, a, x, &sum)
        kernels.combine(count, a, &combination, b, x, c, y)
        #expect(sum == added && combination == combined, "\(name), \(count) numbers")
      }
    }
  }

  @Test func momentsMoveInTheLowerTriangle() {
    var stream = RandomKey(seed: 96).stream()
    for stride in [8, 16, 40] {
      func table() -> [Double] { numbers(stride * stride, &stream) }
      let correlation = table(), x = table(), half = table(), full = table()
      let quadratic = numbers(stride, &stream), signs = numbers(stride, &stream), step = stream.uniform()
      func moved(_ i: Int, _ j: Int) -> Double { (quadratic[i] * full[max(i, j) * stride + min(i, j)] - step * half[i * stride + j]) * signs[j] }
      var image = [Double](repeating: .nan, count: stride * stride), dual = image
      for i in 0..<stride {
        for j in 0...i {
          let at = i * stride + j, mirrored = j * stride + i
          let sum = x[at] + moved(i, j) + moved(j, i)
          image[at] = sum - correlation[at] * full[at]
          image[mirrored] = image[at]
          dual[at] = full[at]
          dual[mirrored] = full[at]
        }
      }
      for (name, kernels) in runnableVariants() {
        var foundDual = dual.map { _ in Double.nan }, found = foundDual
        kernels.moveMoment(stride, step, quadratic, signs, correlation, x, half, full, &foundDual, &found)
        #expect(found == image && foundDual == dual, "\(name), \(stride)")
      }
    }
  }

  /// Their accuracy is in ElementaryTests; here the variants agree, whatever the count.
  @Test func elementaryFunctionsAgree() {
    var stream = RandomKey(seed: 94).stream()
    let variants = runnableVariants()
    for count in [0, 1, 7, 8, 9, 1000] {
      let x = (0..<count).map { _ in 1600 * stream.uniform() - 800 }, positive = x.map { abs($0) + .leastNormalMagnitude }
      func results(_ kernels: ck_kernels) -> [UInt64] {
        var e = x, l = x, s = x, p = x, g = x
        kernels.exponential(count, x, &e)
        kernels.logarithm(count, positive, &l)
        kernels.sigmoid(count, x, &s)
        kernels.softplus(count, x, &p)
        kernels.logisticSlope(count, x, positive, &g)
        return (e + l + s + p + g).map(\.bitPattern)
      }
      let first = results(variants[0].kernels)
      for (name, kernels) in variants.dropFirst() { #expect(results(kernels) == first, "\(name), \(count) values") }
    }
  }

  @Test func thisMachineRunsMoreThanOneOrSaysSo() {
    let names = runnableVariants().map(\.name)
    #expect(names.first == "baseline")
    print("kernel variants compared: \(names.joined(separator: ", "))")
  }
}
