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
      // The factor by columns, for the transposed form.
      let columnStride = padded(rows)
      var columns = [Double](repeating: 0, count: max(count, 1) * columnStride)
      for r in 0..<rows { for t in 0..<count { columns[t * columnStride + r] = factor[r * factorStride + t] } }
      for (name, kernels) in runnableVariants() {
        let from = Room(source), byRows = Room(target), byColumns = Room(target), factors = Room(columns)
        kernels.accumulate(rows, stride, count, factor, factorStride, index, from.pointer, byRows.pointer)
        #expect(byRows.bits == expected.map(\.bitPattern), "\(name), trial \(trial): \(rows) x \(stride), \(count)")
        kernels.accumulateTransposed(rows, stride, count, factors.pointer, columnStride, index, from.pointer, byColumns.pointer)
        #expect(byColumns.bits == expected.map(\.bitPattern), "\(name), trial \(trial), transposed")
        let lower = Room(target)
        kernels.accumulateLower(rows, stride, count, factor, factorStride, index, from.pointer, lower.pointer)
        #expect(lowerBits(lower, rows, stride) == lowerBits(Room(expected), rows, stride), "\(name), trial \(trial), lower triangle")
        withExtendedLifetime((from, factors)) {}
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
      var columns = factor
      for r in 0..<rows { for t in 0..<count { columns[t * rows + r] = factor[r * count + t] } }
      var expected = target
      for r in 0..<rows {
        for t in 0..<count {
          let f = factor[r * count + t], from = Int(index[t]) * stride
          for c in 0..<stride { expected[r * stride + c].addProduct(f, source[from + c]) }
        }
      }
      let bits = expected.map(\.bitPattern), lowerBitsExpected = lowerBits(Room(expected), rows, stride)
      for (name, kernels) in runnableVariants() {
        let from = Room(source), byRows = Room(target), byColumns = Room(target), lower = Room(target)
        kernels.accumulate(rows, stride, count, factor, count, index, from.pointer, byRows.pointer)
        kernels.accumulateTransposed(rows, stride, count, columns, rows, index, from.pointer, byColumns.pointer)
        kernels.accumulateLower(rows, stride, count, factor, count, index, from.pointer, lower.pointer)
        #expect(byRows.bits == bits && byColumns.bits == bits, "\(name): \(rows) x \(stride), \(count)")
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

  /// gather, then gate: a step's coefficients.
  @Test func gatherAndGate() {
    var stream = RandomKey(seed: 93).stream()
    for _ in 0..<200 {
      let rows = 2 * (1 + Int(stream.below(22))), columns = 1 + Int(stream.below(60)), stride = padded(columns)
      let filterStride = padded(rows), count = Int(stream.below(UInt32(columns + 1)))
      let table = numbers(rows * stride, &stream), index = distinctIndices(count, below: columns, &stream)
      let sign = (0..<filterStride).map { $0 < rows / 2 ? 1.0 : $0 < rows ? -1 : 0 }
      let total = stream.gaussians(columns * filterStride)
      let shares = stream.gaussians(2 * stride)

      var up = [Double](repeating: 0, count: stride), down = up, expectedTotal = total
      var coefficients = [Double](repeating: 0, count: max(count, 1) * filterStride)
      for (t, k) in index.enumerated() {
        var above = [0.0, 0, 0, 0], below = above
        for r in 0..<rows {
          let z = table[r * stride + Int(k)]
          above[r % 4].addProduct(sign[r], max(z, 0))
          below[r % 4].addProduct(sign[r], max(-z, 0))
          let share = z > 0 ? shares[Int(k)] : z < 0 ? -shares[stride + Int(k)] : 0
          coefficients[t * filterStride + r] = sign[r] * share
          expectedTotal[Int(k) * filterStride + r] += coefficients[t * filterStride + r]
        }
        up[Int(k)] = (above[0] + above[1]) + (above[2] + above[3])
        down[Int(k)] = (below[0] + below[1]) + (below[2] + below[3])
      }
      for (name, kernels) in runnableVariants() {
        let from = Room(table), signs = Room(sign), gathered = Room([Double](repeating: 0, count: max(count, 1) * filterStride))
        let responses = Room([Double](repeating: 0, count: 2 * stride)), sums = Room(total)
        kernels.gather(
          rows, stride, from.pointer, count, index, signs.pointer, filterStride, gathered.pointer, responses.pointer, responses.pointer + stride)
        #expect(index.allSatisfy { responses[Int($0)] == up[Int($0)] && responses[stride + Int($0)] == down[Int($0)] }, "\(name)")
        for (t, k) in index.enumerated() { for r in 0..<rows { #expect(gathered[t * filterStride + r] == table[r * stride + Int(k)]) } }
        let room = Room(shares)
        kernels.gate(count, index, room.pointer, room.pointer + stride, signs.pointer, filterStride, gathered.pointer)
        kernels.scatter(count, index, filterStride, gathered.pointer, sums.pointer)
        #expect((0..<count * filterStride).allSatisfy { gathered[$0] == coefficients[$0] }, "\(name)")
        #expect((0..<columns * filterStride).allSatisfy { sums[$0] == expectedTotal[$0] }, "\(name)")
        withExtendedLifetime((from, signs, room)) {}
      }
    }
  }

  @Test func displaceMovesAndResponds() {
    var stream = RandomKey(seed: 97).stream()
    for _ in 0..<100 {
      let rows = 2 * (1 + Int(stream.below(22))), columns = 1 + Int(stream.below(60)), stride = padded(columns)
      let filterStride = padded(rows), count = Int(stream.below(UInt32(columns + 1))), index = distinctIndices(count, below: columns, &stream)
      let sign = (0..<filterStride).map { $0 < rows / 2 ? 1.0 : $0 < rows ? -1 : 0 }, factor = stream.gaussian()
      var cells = numbers(max(count, 1) * filterStride, &stream)
      let shift = numbers(max(count, 1) * filterStride, &stream), start = cells
      var up = [Double](repeating: 0, count: stride), down = up
      for (t, k) in index.enumerated() {
        var above = [0.0, 0, 0, 0], below = above
        for r in 0..<filterStride {
          cells[t * filterStride + r].addProduct(factor, shift[t * filterStride + r])
          above[r % 4].addProduct(sign[r], max(cells[t * filterStride + r], 0))
          below[r % 4].addProduct(sign[r], max(-cells[t * filterStride + r], 0))
        }
        up[Int(k)] = (above[0] + above[1]) + (above[2] + above[3])
        down[Int(k)] = (below[0] + below[1]) + (below[2] + below[3])
      }
      for (name, kernels) in runnableVariants() {
        let signs = Room(sign), moved = Room(start), by = Room(shift), responses = Room([Double](repeating: 0, count: 2 * stride))
        kernels.displace(count, index, signs.pointer, filterStride, factor, by.pointer, moved.pointer, responses.pointer, responses.pointer + stride)
        #expect((0..<count * filterStride).allSatisfy { moved[$0] == cells[$0] }, "\(name)")
        #expect(index.allSatisfy { responses[Int($0)] == up[Int($0)] && responses[stride + Int($0)] == down[Int($0)] }, "\(name)")
        withExtendedLifetime((signs, by)) {}
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
        var e = x, l = x, s = x
        kernels.exponential(count, x, &e)
        kernels.logarithm(count, positive, &l)
        kernels.sigmoid(count, x, &s)
        return (e + l + s).map(\.bitPattern)
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
