import CKernels
import Model
import FrontierNumerics

/// The kernel against the machine's peak, and a whole unlearning step against its own multiply-adds.
struct CoreBench {
  private let kernels = ck_best().pointee

  func run() throws {
    let peak = practicalPeak()
    print("practical peak of fused multiply-adds, one core, registers only: \(peak.text(1)) GFLOP/s")
    print("\nkernel: rows of Z += A K[rows]                   ns    GFLOP/s   of peak")
    for (rows, patches, batch) in [(20, 100, 20), (20, 400, 20), (20, 100, 4), (80, 80, 80), (400, 400, 400)] {
      let nanoseconds = kernelTime(rows: rows, patches: patches, batch: batch)
      let rate = 2 * Double(rows) * Double(patches) * Double(batch) / nanoseconds
      print(
        "  \(rows) rows, N = \(patches), b = \(batch)".padded(44)
          + "\(nanoseconds.text(0, width: 7)) \(rate.text(1, width: 10)) \((100 * rate / peak).text(0, width: 8)) %")
    }
    print("\nwhole unlearning step (sampling, activations, loss, update), 80 samples, 20 filters, B = 8, 400 steps")
    print("  dimension     ns a step    with all gates, at peak   ratio")
    for dimension in [100, 2000, 1000, 10_000, 1_000_000].sorted() {
      let (nanoseconds, flops) = try step(dimension: dimension, samples: 80, rounds: 15)
      print(
        "  \(dimension)".padded(12) + "\(nanoseconds.text(0, width: 13)) \((flops / peak).text(0, width: 27)) \((nanoseconds * peak / flops).text(2, width: 7))"
      )
    }
    try parts()
    try stepParts(peak: peak)
  }

  /// A step's kernels by themselves, at the default sizes: 17 patches of 81, one of them orthogonal to the others, 20 filters, 16 samples. As of a network at
  /// random, half of the gates are open.
  private func stepParts(peak: Double) throws {
    let filters = 20, filterStride = Matrix.paddedCount(filters), patches = 81, batch = 17, samples = 16
    let calls = 2000
    var stream = RandomKey(seed: 2).stream(), buffers: [AlignedBuffer] = []
    defer { withExtendedLifetime(buffers) {} }
    func numbers(_ count: Int) -> UnsafeMutablePointer<Double> {
      let buffer = AlignedBuffer(count: count)
      buffers.append(buffer)
      for i in 0..<count { buffer.pointer[i] = 1e-9 * (stream.uniform() - 0.5) }
      return buffer.pointer
    }
    let coupled = Matrix.paddedCount(patches - 1), stride = coupled + Matrix.paddedCount(1)
    let gram = numbers(coupled * coupled), table = numbers(filters * stride), gathered = numbers(batch * filterStride), squares = numbers(1)
    let total = numbers(patches * filterStride), responses = numbers(2 * stride), signs = numbers(filterStride)
    for r in 0..<filterStride { signs[r] = r < filters / 2 ? 1 : r < filters ? -1 : 0 }
    var index = [Int32(coupled)], sampler = SubsetSampler(population: patches - 1, stream: RandomKey(seed: 3).stream())
    sampler.appendSubset(size: batch - 1, offset: 0, to: &index)
    let shares = (0..<2 * batch).map { $0 == 1 || $0 % 2 == 0 ? 1e-9 : 0 }
    let open = UnsafeMutableRawPointer(numbers(filterStride)).bindMemory(to: UInt64.self, capacity: filterStride)
    var outputs = [Double](repeating: 0.1, count: samples), words = [UInt32](repeating: 0, count: 32)
    var times: [(String, Double, Double)] = []
    times.append(("random words", bestNanoseconds(calls: calls) { kernels.philox(1, 2, 3, &words) } / 2, 0))
    let gather = bestNanoseconds(calls: calls) { kernels.gather(filters, stride, table, batch, index, signs, filterStride, gathered, responses) }
    let both = bestNanoseconds(calls: calls) {
      kernels.gather(filters, stride, table, batch, index, signs, filterStride, gathered, responses)
      kernels.move(filters, stride, batch, index, shares, signs, filterStride, gathered, coupled, gram, squares, total, table, open)
    }
    let look = bestNanoseconds(calls: calls) { kernels.respond(filters, stride, table, signs, responses, responses + stride) }
    times += [
      ("responses of the batch", gather, Double(4 * filters * batch) / peak),
      ("gates and update", both - gather, Double(filters * ((batch - 1) * coupled + 2)) / peak),
      ("a tenth of a look at all samples", look / 10, Double(4 * filters * patches) / peak / 10),
    ]
    times.append(("loss", bestNanoseconds(calls: calls) { kernels.sigmoid(samples, outputs, &outputs) }, 0))
    print("a step's kernels by themselves                   ns   multiply-adds at peak, ns")
    for (name, time, floor) in times { print("  \(name)".padded(44) + time.text(0, width: 7) + (floor > 0 ? floor.text(0, width: 28) : "-".leftPadded(28))) }
    print("  together".padded(44) + times.reduce(0) { $0 + $1.1 }.text(0, width: 7) + times.reduce(0) { $0 + $1.2 }.text(0, width: 28))
  }

  func practicalPeak() -> Double {
    var operations = 0.0
    let nanoseconds = bestNanoseconds(calls: 1) { _ = kernels.peak(2_000_000, &operations) }
    return operations / nanoseconds
  }

  private func kernelTime(rows: Int, patches: Int, batch: Int) -> Double {
    var stream = RandomKey(seed: 1).stream()
    var gram = Matrix(rows: patches, columns: patches), factor = Matrix(rows: rows, columns: batch), table = Matrix(rows: rows, columns: patches)
    for i in 0..<patches { for j in 0..<patches { gram[i, j] = stream.uniform() - 0.5 } }
    for r in 0..<rows { for t in 0..<batch { factor[r, t] = 1e-6 * (stream.uniform() - 0.5) } }
    let index = (0..<batch).map { _ in Int32(stream.below(UInt32(patches))) }
    return gram.withElements { gram in
      factor.withElements { factor in
        table.withMutableElements { table in
          bestNanoseconds(calls: rows > 100 ? 4 : 2000) {
            kernels.accumulate(rows, Matrix.paddedCount(patches), batch, factor, Matrix.paddedCount(batch), index, gram, table)
          }
        }
      }
    }
  }

  /// Nanoseconds of an unlearning step, batches included, and the floating-point operations of its update if all gates were open and all patches coupled.
  func step(dimension: Int, samples: Int, rounds: Int) throws -> (nanoseconds: Double, operations: Double) {
    let steps = 400
    let key = RandomKey(seed: 1)
    let data = try SignalPlusNoise(samples: samples, dimension: dimension, snr: 0.5)
    let dataset = try data.draw(architecture: try Architecture(filtersPerClass: 10, initScale: 0.05), freshSamples: 0, key: key)
    let rule = try TrainingRule(loss: .logistic, stepSize: 3, batchSize: 20, targetLoss: 0.05, maxSteps: 20_000)
    let network = try rule.train(on: dataset, key: key).network
    let split = try ForgetSplit(samples: samples, forgetFraction: 0.2)
    let unlearning = try UnlearningRule(forgetRatio: 0.2, stepSize: 100, growthLimit: 1000)
    let nanoseconds = try bestNanoseconds(calls: 20, rounds: rounds) {
      let schedule = try BatchSchedule(split: split, batchSize: 8, sampling: .uniform, steps: steps, key: key)
      _ = unlearning.unlearn(network, on: dataset, loss: .logistic, schedule: schedule)
    }
    // 8 + 8 noise patches and the signal, on 20 filters and all patches.
    return (nanoseconds / Double(steps), Double(2 * 20 * 17 * (samples + 1)))
  }

  private func parts() throws {
    let split = try ForgetSplit(samples: 80, forgetFraction: 0.2)
    let sampling = try bestNanoseconds(calls: 20) {
      _ = try BatchSchedule(split: split, batchSize: 8, sampling: .uniform, steps: 400, key: RandomKey(seed: 1))
    }
    print("\nof which sampling: \((sampling / 400).text(0)) ns a step")
    let data = try SignalPlusNoise(samples: 80, dimension: 2000, snr: 0.5)
    let architecture = try Architecture(filtersPerClass: 10, initScale: 0.05)
    let drawing = try bestNanoseconds(calls: 2) { _ = try data.draw(architecture: architecture, freshSamples: 200, key: RandomKey(seed: 1)) }
    let dataset = try data.draw(architecture: architecture, freshSamples: 200, key: RandomKey(seed: 1))
    let rule = try TrainingRule(loss: .logistic, stepSize: 3, batchSize: 20, targetLoss: 0.05, maxSteps: 20_000)
    var steps = 0
    let training = try bestNanoseconds(calls: 2) { steps = try rule.train(on: dataset, key: RandomKey(seed: 1)).steps }
    print(
      "drawing a data set of 80 samples, 20 filters and 200 fresh samples: \((drawing / 1000).text(0)) us; training it for \(steps) steps: \((training / 1000).text(0)) us"
    )
  }
}

extension String {
  func leftPadded(_ width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
  func padded(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
