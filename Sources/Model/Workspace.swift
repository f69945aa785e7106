import CKernels
import FrontierNumerics

/// The memory of one simulator, in plain pointers so that a step pays for nothing but its arithmetic: the network's tables, the data set's
/// patches, and the batch. Patches are known by their places (`PatchOrder`).
final class Workspace {
  let filters: Int
  /// Z: 2m x places, `stride` doubles a row.
  let preactivations: UnsafeMutablePointer<Double>
  let stride: Int
  /// A transposed: places x 2m, `filterStride` doubles a patch.
  let coefficients: UnsafeMutablePointer<Double>
  let filterStride: Int
  /// j of every filter; zeros behind.
  let signs: UnsafeMutablePointer<Double>
  /// |v|^2 of the patches that are orthogonal to all others.
  let squares: UnsafeMutablePointer<Double>
  /// The distinct patches of the batch, or of several one behind the other.
  let patches: UnsafeMutablePointer<Int32>
  /// Listed patches x 2m, `filterStride` doubles a patch: the pre-activations.
  let gathered: UnsafeMutablePointer<Double>
  /// Two numbers for every listed patch, for itself and its negative: the network's response, then the step's share of the derivatives.
  let responses: UnsafeMutablePointer<Double>
  /// A word for every filter.
  let openGates: UnsafeMutablePointer<UInt64>
  /// The samples of the batch, and one number for each.
  let members: UnsafeMutablePointer<Int32>
  let outputs: UnsafeMutablePointer<Double>
  let labels: UnsafeMutablePointer<Double>
  let derivatives: UnsafeMutablePointer<Double>

  /// The sizes of a batch: samples, with all the patches that they have, and the distinct ones, which are listed from `first` on.
  struct Batch {
    var first = 0
    var samples = 0
    var entries = 0
    var distinct = 0
  }

  /// How many patches may be listed: of one batch, and of batches behind each other.
  let batchCapacity: Int
  let patchCapacity: Int
  /// A sample of the data set: its label, and where its entries begin and end.
  struct Sample {
    var label = 0.0
    var first: Int32 = 0
    var end: Int32 = 0
  }

  let sampleCount: Int
  let samples: UnsafeMutablePointer<Sample>
  /// A signed patch each: 2 x place, and 1 more where it is negated.
  let sampleEntries: UnsafeMutablePointer<Int32>
  let allLabels: UnsafeMutablePointer<Double>
  /// The entries of the batch, with t for its t-th patch in place of where that is, and where those of each sample end.
  let entries: UnsafeMutablePointer<Int32>
  let entryEnds: UnsafeMutablePointer<Int>
  /// For every place t + `listings`, where it was listed as the t-th patch of a batch.
  let listedAs: UnsafeMutablePointer<Int>
  /// More than any number of `listedAs` from earlier batches.
  var listings = 0
  /// A response for every place, and those of the negatives behind them.
  private let allResponses: UnsafeMutablePointer<Double>
  /// One number a sample of the data set.
  let allOutputs: UnsafeMutablePointer<Double>
  /// The place of each patch of the dictionary, and the patch at each place.
  private let places: [Int32]
  let dictionary: UnsafeMutablePointer<Int32>
  private let blocks: [UnsafeMutableRawPointer]

  init(_ network: Network, samples: SampleSet, order: PatchOrder, capacity: Int) {
    let longest = (0..<samples.count).map { samples.patches(of: $0).count }.max() ?? 0
    batchCapacity = min(capacity * longest, samples.patchBound)
    // The retain and the forget samples may be listed apart.
    patchCapacity = min(capacity * longest, 2 * samples.patchBound)
    filters = network.preactivations.rows
    stride = Matrix.paddedCount(order.width)
    filterStride = Matrix.paddedCount(filters)
    sampleCount = samples.count
    places = order.places

    var blocks: [UnsafeMutableRawPointer] = []
    func take<T>(_ count: Int, repeating value: T) -> UnsafeMutablePointer<T> {
      let block = UnsafeMutableRawPointer.allocate(
        byteCount: max(count, 1) * MemoryLayout<T>.stride, alignment: Int(CK_ALIGNMENT))
      blocks.append(block)
      return block.initializeMemory(as: T.self, repeating: value, count: count)
    }
    preactivations = take(filters * stride, repeating: 0)
    coefficients = take(order.width * filterStride, repeating: 0)
    signs = take(filterStride, repeating: 0)
    squares = take(order.squares.count, repeating: 0)
    gathered = take(patchCapacity * filterStride, repeating: 0)
    responses = take(2 * patchCapacity, repeating: 0)
    openGates = take(filterStride, repeating: 0)
    members = take(capacity, repeating: 0)
    outputs = take(capacity, repeating: 0)
    labels = take(capacity, repeating: 0)
    derivatives = take(capacity, repeating: 0)
    patches = take(patchCapacity, repeating: 0)
    entries = take(capacity * longest, repeating: 0)
    entryEnds = take(capacity, repeating: 0)
    listedAs = take(order.width, repeating: -1)
    sampleEntries = take(samples.patches.count, repeating: 0)
    self.samples = take(samples.count, repeating: Sample())
    allLabels = take(samples.count, repeating: 0)
    allResponses = take(2 * stride, repeating: 0)
    allOutputs = take(samples.count, repeating: 0)
    dictionary = take(order.width, repeating: 0)
    self.blocks = blocks

    for r in 0..<filters { signs[r] = r < filters / 2 ? 1 : -1 }
    for (patch, place) in order.places.enumerated() { dictionary[Int(place)] = Int32(patch) }
    for (j, square) in order.squares.enumerated() { squares[j] = square }
    network.preactivations.withElements { z in
      network.coefficients.withElements { a in
        for (patch, place) in order.places.enumerated() {
          for r in 0..<filters {
            preactivations[r * stride + Int(place)] = z[r * network.preactivations.stride + patch]
            coefficients[Int(place) * filterStride + r] = a[r * network.coefficients.stride + patch]
          }
        }
      }
    }
    for (e, patch) in samples.patches.enumerated() { sampleEntries[e] = 2 * order.places[Int(patch.index)] + (patch.isNegated ? 1 : 0) }
    for (i, label) in samples.labels.enumerated() {
      self.samples[i] = Sample(label: label, first: Int32(samples.offsets[i]), end: Int32(samples.offsets[i + 1]))
      allLabels[i] = label
    }
  }

  deinit { for block in blocks { block.deallocate() } }

  /// The gathered pre-activations of a batch.
  func cells(of batch: Batch) -> UnsafeMutablePointer<Double> { gathered + batch.first * filterStride }

  /// The responses to its patches.
  func responses(of batch: Batch) -> UnsafeMutablePointer<Double> { responses + 2 * batch.first }

  /// Writes the tables to `network`, which must be of the same sizes.
  func store(to network: inout Network) {
    let width = network.preactivations.stride
    network.preactivations.withMutableElements { z in
      network.coefficients.withMutableElements { a in
        for r in 0..<filters {
          for (patch, place) in places.enumerated() {
            z[r * width + patch] = preactivations[r * stride + Int(place)]
            a[r * width + patch] = coefficients[Int(place) * filterStride + r]
          }
        }
      }
    }
  }

  /// f of every sample of the data set, in `allOutputs`.
  func computeAllOutputs(_ kernels: ck_kernels, scale: Double) {
    let (responses, samples, entries, outputs) = (allResponses, samples, sampleEntries, allOutputs)
    kernels.respond(filters, stride, preactivations, signs, responses, responses + stride)
    for i in 0..<sampleCount {
      var sum = 0.0
      var entry = samples[i].first
      let end = samples[i].end
      while entry != end {
        let signed = Int(entries[Int(entry)])
        sum += responses[(signed & 1) &* stride &+ signed >> 1] * scale
        entry &+= 1
      }
      outputs[i] = sum
    }
  }
}
