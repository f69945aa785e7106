/// CIFAR's records: one label or two, then 3 x 32 x 32 bytes. There is no magic by which they could be known.
public enum CIFAR: String, Sendable, CaseIterable {
  case cifar10, cifar100

  /// Which of the two labels of CIFAR-100.
  public enum Label: String, Sendable, CaseIterable { case coarse, fine }

  private static let pixels = 3 * 32 * 32
  private var labels: [Int] { self == .cifar10 ? [10] : [20, 100] }

  func decode(_ source: NamedBytes, _ label: Label) throws(ImageError) -> (images: NumberArray, labels: NumberArray) {
    let record = labels.count + Self.pixels, count = source.bytes.count / record
    guard count > 0, source.bytes.count % record == 0 else {
      throw source.error(
        at: count * record, found: "\(source.bytes.count % record) bytes of a record", allowed: "whole records of \(record) bytes, as \(rawValue) has them")
    }
    for i in 0..<count {
      for (k, classes) in labels.enumerated() where source.bytes[i * record + k] >= classes {
        throw source.error(at: i * record + k, found: "label \(source.bytes[i * record + k])", allowed: "0 to \(classes - 1)")
      }
    }
    let place = self == .cifar100 && label == .fine ? 1 : 0
    return (
      NumberArray(source, first: labels.count, pitch: record, shape: [count, 3, 32, 32], .byte),
      NumberArray(source, first: place, pitch: record, shape: [count], .byte)
    )
  }
}
