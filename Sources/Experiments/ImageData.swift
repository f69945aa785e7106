import FrontierNumerics
import Model
import Synchronization

/// Images that take the place of signal plus noise in a cell: what is known of them, and the images themselves where they are needed. Two are the same if their
/// pixels are.
public final class ImageData: Sendable {
  /// What a specification keeps of its images, so that results can be read where the files are not.
  public struct Facts: Sendable, Equatable {
    /// Of the decoded values; the same images have the same in whatever file they lie.
    public let digest: String
    /// Images of class +1 and of class -1.
    public let counts: [Int]
    public let shape: ImageShape
    /// |mu|, half the distance of the class means in units of the noise.
    public let naturalSNR: Double
    /// (tr C)^2 / tr C^2 of the residuals' covariance.
    public let effectiveDimension: Double
    /// Of the residuals' variance, the share along mu.
    public let varianceAlongSignal: Double

    public init(
      digest: String, counts: [Int], shape: ImageShape, naturalSNR: Double, effectiveDimension: Double, varianceAlongSignal: Double
    ) {
      (self.digest, self.counts, self.shape, self.naturalSNR) = (digest, counts, shape, naturalSNR)
      (self.effectiveDimension, self.varianceAlongSignal) = (effectiveDimension, varianceAlongSignal)
    }

    /// For people: "183 and 174 of 8 x 8 pixels; natural SNR 0.487, effective dimension 14.1, 6.0 % of the noise along the signal".
    public var words: String {
      func rounded(_ x: Double, _ digits: Int) -> String {
        let scale = (0..<digits).reduce(1.0) { value, _ in value * 10 }
        return "\((x * scale).rounded() / scale)"
      }
      let size = "\(shape.rows) x \(shape.columns)" + (shape.channels > 1 ? " x \(shape.channels)" : "")
      return "\(counts[0]) and \(counts[1]) of \(size) pixels; natural SNR \(rounded(naturalSNR, 3)), effective dimension \(rounded(effectiveDimension, 1)), "
        + "\(rounded(100 * varianceAlongSignal, 1)) % of the noise's variance along the signal"
    }
  }

  public let facts: Facts
  /// Nil where they are at hand.
  private let load: (@Sendable () throws -> LabelledImages)?
  private let loaded: Mutex<Result<StandardImages, any Error>?>

  /// Of images that are at hand.
  public convenience init(_ images: LabelledImages) throws {
    let standard = try StandardImages(images), positive = images.labels.count { $0 > 0 }
    let facts = Facts(
      digest: images.digest, counts: [positive, images.labels.count - positive], shape: images.shape, naturalSNR: standard.naturalSNR,
      effectiveDimension: standard.effectiveDimension, varianceAlongSignal: standard.varianceAlongSignal)
    self.init(facts, loaded: standard, nil)
  }

  /// Of images that are read when a trial needs them.
  public convenience init(_ facts: Facts, load: @escaping @Sendable () throws -> LabelledImages) { self.init(facts, loaded: nil, load) }

  private init(_ facts: Facts, loaded: StandardImages?, _ load: (@Sendable () throws -> LabelledImages)?) {
    self.facts = facts
    self.load = load
    self.loaded = Mutex(loaded.map { .success($0) })
  }

  /// Refuses files that hold other images than those which the facts are of.
  public func images() throws -> StandardImages {
    try loaded.withLock { loaded in
      if let loaded { return try loaded.get() }
      let result = Result {
        guard let images = try load?() else { throw ImagesChanged(digest: "none", before: facts.digest) }
        guard images.digest == facts.digest else { throw ImagesChanged(digest: images.digest, before: facts.digest) }
        let standard = try StandardImages(images), positive = images.labels.count { $0 > 0 }
        guard facts.counts == [positive, images.labels.count - positive], facts.shape == images.shape, facts.naturalSNR == standard.naturalSNR else {
          throw ImagesChanged(digest: "\(images.digest), natural SNR \(standard.naturalSNR)", before: "\(facts.digest), \(facts.naturalSNR)")
        }
        return standard
      }
      loaded = result
      return try result.get()
    }
  }
}

extension ImageData: Hashable {
  public static func == (a: ImageData, b: ImageData) -> Bool { a.facts.digest == b.facts.digest }
  public func hash(into hasher: inout Hasher) { hasher.combine(facts.digest) }
}

/// The files of a sweep's images do not hold what they held.
public struct ImagesChanged: Error, Equatable, CustomStringConvertible {
  public let digest: String
  public let before: String

  public init(digest: String, before: String) { (self.digest, self.before) = (digest, before) }

  public var description: String {
    "the files of the images hold other values than when the sweep was begun (digest \(digest), and then \(before)); put the old ones back, or begin a new sweep"
  }
}
