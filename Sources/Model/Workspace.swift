import CKernels
import Numerics

/// The scratch of one simulator: the batch as a list of distinct patches, and a number or a column for each.
final class Workspace {
  /// Distinct patches of the batch.
  private(set) var distinct = 0
  let patches: UnsafeMutablePointer<Int32>
  /// 2m x padded(distinct): pre-activations of the batch's patches, then the step's coefficients.
  let gathered: UnsafeMutablePointer<Double>
  /// One number a distinct patch: responses to +v and -v, then the step's coefficient where v or -v is active.
  let up: UnsafeMutablePointer<Double>
  let down: UnsafeMutablePointer<Double>
  /// One number a sample of the batch.
  let outputs: UnsafeMutablePointer<Double>
  let labels: UnsafeMutablePointer<Double>
  let derivatives: UnsafeMutablePointer<Double>

  private let samples: SampleSet
  private let weights: UnsafeMutablePointer<Double>
  private var batch = 0
  /// Where each of the batch's patches stands among the distinct ones, doubled, plus one if negated; one sample behind the other.
  private let slots: UnsafeMutablePointer<Int32>
  private let slotEnds: UnsafeMutablePointer<Int32>
  /// For every patch of the dictionary: the step that last used it, and its slot there.
  private let lastStep: UnsafeMutablePointer<Int64>
  private let slotOf: UnsafeMutablePointer<Int32>
  private var step: Int64 = 0
  private let memory: UnsafeMutableRawPointer

  init(filters: Int, samples: SampleSet, capacity: Int) {
    self.samples = samples
    let longest = (0..<samples.count).map { samples.patches(of: $0).count }.max() ?? 0
    let entries = capacity * longest
    let columns = Matrix.paddedCount(min(entries, samples.patchBound))
    let perSample = Matrix.paddedCount(capacity)
    let doubles = (filters + 2) * columns + 4 * perSample + samples.patchBound
    let bytes = doubles * MemoryLayout<Double>.stride + (columns + entries + capacity + samples.patchBound) * MemoryLayout<Int32>.stride
    memory = .allocate(byteCount: bytes + Int(CK_ALIGNMENT), alignment: Int(CK_ALIGNMENT))
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)

    var next = memory
    func take<T>(_ type: T.Type, _ count: Int) -> UnsafeMutablePointer<T> {
      defer { next += count * MemoryLayout<T>.stride }
      return next.bindMemory(to: T.self, capacity: count)
    }
    gathered = take(Double.self, filters * columns)
    up = take(Double.self, columns)
    down = take(Double.self, columns)
    outputs = take(Double.self, perSample)
    labels = take(Double.self, perSample)
    derivatives = take(Double.self, perSample)
    weights = take(Double.self, perSample)
    lastStep = take(Int64.self, samples.patchBound)
    patches = take(Int32.self, columns)
    slots = take(Int32.self, entries)
    slotEnds = take(Int32.self, capacity)
    slotOf = take(Int32.self, samples.patchBound)
  }

  deinit { memory.deallocate() }

  func beginStep() {
    step += 1
    distinct = 0
    batch = 0
  }

  /// Adds a sample to the batch. A sample may come twice.
  func append(sample: Int, weight: Double) {
    var end = batch == 0 ? 0 : Int(slotEnds[batch - 1])
    samples.patches.withUnsafeBufferPointer { all in
      for entry in samples.offsets[sample]..<samples.offsets[sample + 1] {
        let patch = all[entry], index = Int(patch.index)
        if lastStep[index] != step {
          lastStep[index] = step
          slotOf[index] = Int32(distinct)
          patches[distinct] = patch.index
          distinct += 1
        }
        slots[end] = slotOf[index] &* 2 &+ (patch.isNegated ? 1 : 0)
        end += 1
      }
    }
    slotEnds[batch] = Int32(end)
    labels[batch] = samples.labels[sample]
    weights[batch] = weight
    batch += 1
  }

  /// f of each sample of the batch, from the responses; false where one is beyond `limit` or not a number.
  func computeOutputs(scale: Double, limit: Double) -> Bool {
    var begin = 0
    var withinLimit = true
    for i in 0..<batch {
      let end = Int(slotEnds[i])
      var sum = 0.0
      for entry in begin..<end { sum += response(slots[entry]).pointee }
      outputs[i] = sum * scale
      withinLimit = withinLimit && abs(outputs[i]) <= limit
      begin = end
    }
    return withinLimit
  }

  /// Turns `derivatives` (dl/df a sample) into the step's coefficient of each distinct patch: `up` for filters where the patch is active, `down`
  /// where its negative is. d relu(-z)/dz = -1 there.
  func spreadDerivatives(scale: Double) {
    for slot in 0..<Matrix.paddedCount(distinct) {
      up[slot] = 0
      down[slot] = 0
    }
    var begin = 0
    for i in 0..<batch {
      let end = Int(slotEnds[i])
      let share = scale * weights[i] * derivatives[i]
      for entry in begin..<end { response(slots[entry]).pointee += slots[entry] & 1 == 0 ? share : -share }
      begin = end
    }
  }

  private func response(_ slot: Int32) -> UnsafeMutablePointer<Double> { (slot & 1 == 0 ? up : down) + Int(slot >> 1) }
}
