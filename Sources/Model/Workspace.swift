import CKernels
import FrontierNumerics

/// The memory of one simulator, in plain pointers so that a step pays for nothing but its arithmetic: the network's tables, the data set's
/// patches, and the batch.
///
/// A signed patch is one integer: the patch's index, plus `stride` where the patch is negated.
final class Workspace {
  let filters: Int
  /// Z: 2m x patches, `stride` doubles a row.
  let preactivations: UnsafeMutablePointer<Double>
  let stride: Int
  /// A transposed: patches x 2m, `filterStride` doubles a patch.
  let coefficients: UnsafeMutablePointer<Double>
  let filterStride: Int
  /// j of every filter; zeros behind.
  let signs: UnsafeMutablePointer<Double>
  /// The distinct patches of the batch, or of several one behind the other.
  let patches: UnsafeMutablePointer<Int32>
  /// Listed patches x 2m, `filterStride` doubles a patch: pre-activations, then the step's coefficients.
  let gathered: UnsafeMutablePointer<Double>
  /// A number for every signed patch, of which those of the batch are in use: the network's response, then the step's share of the derivatives.
  let up: UnsafeMutablePointer<Double>
  /// The second half of `up`: the negatives.
  let down: UnsafeMutablePointer<Double>
  /// One number a sample of the batch.
  let outputs: UnsafeMutablePointer<Double>
  let labels: UnsafeMutablePointer<Double>
  let derivatives: UnsafeMutablePointer<Double>

  /// The sizes of a batch: samples, and distinct patches, which are listed from `first` on.
  struct Batch {
    var first = 0
    var samples = 0
    var distinct = 0
  }

  /// How many patches may be listed: of one batch, and of batches behind each other.
  let batchCapacity: Int
  let patchCapacity: Int
  private let sampleCount: Int
  /// Sample i of the data set has the signed patches sampleEntries[sampleOffsets[i] ..< sampleOffsets[i + 1]].
  private let sampleEntries: UnsafeMutablePointer<Int32>
  /// The same without the signs.
  private let samplePatches: UnsafeMutablePointer<Int32>
  private let sampleOffsets: UnsafeMutablePointer<Int>
  private let sampleLabels: UnsafeMutablePointer<Double>
  /// The samples of the batch.
  private let members: UnsafeMutablePointer<Int32>
  /// 1 for every patch that the batch's list has; all 0 between batches.
  private let isListed: UnsafeMutablePointer<UInt8>
  private let blocks: [UnsafeMutableRawPointer]

  init(_ network: Network, samples: SampleSet, capacity: Int) {
    let columns = network.preactivations.columns
    let longest = (0..<samples.count).map { samples.patches(of: $0).count }.max() ?? 0
    batchCapacity = min(capacity * longest, samples.patchBound)
    // The retain and the forget samples may be listed apart.
    patchCapacity = min(capacity * longest, 2 * samples.patchBound)
    filters = network.preactivations.rows
    stride = network.preactivations.stride
    filterStride = Matrix.paddedCount(filters)
    sampleCount = samples.count

    var blocks: [UnsafeMutableRawPointer] = []
    func take<T>(_ count: Int, repeating value: T) -> UnsafeMutablePointer<T> {
      let block = UnsafeMutableRawPointer.allocate(
        byteCount: max(count, 1) * MemoryLayout<T>.stride, alignment: Int(CK_ALIGNMENT))
      blocks.append(block)
      return block.initializeMemory(as: T.self, repeating: value, count: count)
    }
    preactivations = take(filters * stride, repeating: 0)
    coefficients = take(columns * filterStride, repeating: 0)
    signs = take(filterStride, repeating: 0)
    gathered = take(patchCapacity * filterStride, repeating: 0)
    up = take(2 * stride, repeating: 0)
    down = up + stride
    outputs = take(capacity, repeating: 0)
    labels = take(capacity, repeating: 0)
    derivatives = take(capacity, repeating: 0)
    members = take(capacity, repeating: 0)
    // One more than the patches, for a repeated patch is written and then overwritten.
    patches = take(patchCapacity + 1, repeating: 0)
    isListed = take(samples.patchBound, repeating: 0)
    sampleEntries = take(samples.patches.count, repeating: 0)
    samplePatches = take(samples.patches.count, repeating: 0)
    sampleOffsets = take(samples.count + 1, repeating: 0)
    sampleLabels = take(samples.count, repeating: 0)
    self.blocks = blocks

    network.preactivations.withElements { preactivations.update(from: $0, count: filters * stride) }
    for r in 0..<filters {
      signs[r] = r < filters / 2 ? 1 : -1
      for k in 0..<columns { coefficients[k * filterStride + r] = network.coefficients[r, k] }
    }
    for (e, patch) in samples.patches.enumerated() {
      sampleEntries[e] = patch.index + (patch.isNegated ? Int32(stride) : 0)
      samplePatches[e] = patch.index
    }
    for i in 0...samples.count { sampleOffsets[i] = samples.offsets[i] }
    for i in 0..<samples.count { sampleLabels[i] = samples.labels[i] }
  }

  deinit { for block in blocks { block.deallocate() } }

  /// The gathered pre-activations or coefficients of a batch.
  func cells(of batch: Batch) -> UnsafeMutablePointer<Double> { gathered + batch.first * filterStride }

  /// Writes the tables to `network`, which must be of the same sizes.
  func store(to network: inout Network) {
    let columns = network.coefficients.columns
    network.preactivations.withMutableElements { $0.update(from: preactivations, count: filters * stride) }
    network.coefficients.withMutableElements { elements in
      for r in 0..<filters { for k in 0..<columns { elements[r * stride + k] = coefficients[k * filterStride + r] } }
    }
  }

  /// Adds samples to the batch. A sample may come twice.
  func append(_ list: ArraySlice<Int32>, to batch: inout Batch) {
    // Local copies throughout: the compiler must assume that a store through one pointer changes the others' fields.
    let (offsets, of, patches, isListed) = (sampleOffsets, samplePatches, patches + batch.first, isListed)
    let (members, labels, sampleLabels, sampleCount) = (members, labels, sampleLabels, sampleCount)
    list.withUnsafeBufferPointer { list in
      var (i, distinct) = (batch.samples, batch.distinct)
      for member in list {
        let sample = Int(member)
        precondition(UInt(bitPattern: sample) < UInt(bitPattern: sampleCount), "a batch of samples that are not in the data set")
        members[i] = member
        labels[i] = sampleLabels[sample]
        i &+= 1
        var entry = offsets[sample]
        let end = offsets[sample &+ 1]
        while entry != end {
          let patch = of[entry]
          patches[distinct] = patch
          distinct &+= Int(1 &- isListed[Int(patch)])
          isListed[Int(patch)] = 1
          entry &+= 1
        }
      }
      (batch.samples, batch.distinct) = (i, distinct)
    }
  }

  /// Ends the list of the batch's patches.
  func close(_ batch: Batch) {
    let (patches, isListed) = (patches + batch.first, isListed)
    for t in 0..<batch.distinct { isListed[Int(patches[t])] = 0 }
  }

  /// f of each sample of the batch, from the responses; false where one is beyond `limit` or not a number.
  func computeOutputs(_ batch: Batch, scale: Double, limit: Double) -> Bool {
    let (offsets, entries, members, outputs, up) = (sampleOffsets, sampleEntries, members, outputs, up)
    var withinLimit = true
    for i in 0..<batch.samples {
      let sample = Int(members[i])
      var sum = 0.0
      var entry = offsets[sample]
      let end = offsets[sample &+ 1]
      while entry != end {
        sum += up[Int(entries[entry])]
        entry &+= 1
      }
      let output = sum * scale
      outputs[i] = output
      if !(abs(output) <= limit) { withinLimit = false }
    }
    return withinLimit
  }

  /// Turns `derivatives` (dl/df a sample) into the signed patches' shares of them, in place of their responses.
  ///
  /// - Parameter retained: how many of the batch's first samples weigh as retain samples do.
  func spreadDerivatives(_ batch: Batch, scale: Double, weights: StepWeights, retained: Int) {
    let (offsets, entries, members, up, down) = (sampleOffsets, sampleEntries, members, up, down)
    let (patches, derivatives) = (patches + batch.first, derivatives)
    for t in 0..<batch.distinct {
      up[Int(patches[t])] = 0
      down[Int(patches[t])] = 0
    }
    for i in 0..<batch.samples {
      let sample = Int(members[i])
      let share = scale * (i < retained ? weights.retain : weights.forget) * derivatives[i]
      var entry = offsets[sample]
      let end = offsets[sample &+ 1]
      while entry != end {
        up[Int(entries[entry])] += share
        entry &+= 1
      }
    }
  }

  /// f of every sample of the data set.
  func allOutputs(_ kernels: ck_kernels, scale: Double) -> [Double] {
    kernels.respond(filters, stride, preactivations, signs, up, down)
    return [Double](unsafeUninitializedCapacity: sampleCount) { result, count in
      for i in 0..<sampleCount {
        var sum = 0.0
        var entry = sampleOffsets[i]
        let end = sampleOffsets[i &+ 1]
        while entry < end {
          sum += up[Int(sampleEntries[entry])] * scale
          entry &+= 1
        }
        result[i] = sum
      }
      count = sampleCount
    }
  }
}
