import FrontierNumerics
import Model
import Platform

/// Which images of which files (docs/spec.md, `data`).
public struct ImageRequest: Sendable, Hashable {
  /// Files, several of which are one; `file.npz:name` is an array of an archive. Paths that begin with no "/" are seen from `folder`.
  public let images: [String]
  /// Empty where the labels stand in the images' own files.
  public let labels: [String]
  /// The first is +1.
  public let classes: [Int]
  /// Of files that have no magic of their own.
  public let format: CIFAR?
  /// Which labels of CIFAR-100.
  public let label: CIFAR.Label
  public let folder: String

  public init(images: [String], labels: [String], classes: [Int], format: CIFAR? = nil, label: CIFAR.Label = .fine, folder: String) {
    (self.images, self.labels, self.classes, self.format, self.label, self.folder) = (images, labels, classes, format, label, folder)
  }

  /// Larger files are refused.
  private static let largestFile = 4 << 30

  /// Reads and decodes the files, and takes the images of both classes.
  public func read() throws -> LabelledImages {
    let names = images + self.labels
    if let twice = names.indices.first(where: { names[..<$0].contains(names[$0]) }) {
      throw ImageError(names[twice], .whole, found: "the same file twice", allowed: "each once: a training image would be a test image too")
    }
    let files = try images.map { try decode($0) }
    let pixels = try Joined(files.map(\.numbers)), labels: Joined
    if self.labels.isEmpty {
      labels = try Joined(
        files.map { file in
          guard let labels = file.labels else {
            throw ImageError(file.numbers.name, .whole, found: "images alone", allowed: "labels in a file of their own, named beside them as `labels`")
          }
          return labels
        })
    } else {
      if let file = files.first(where: { $0.labels != nil }) {
        throw ImageError(file.numbers.name, .whole, found: "images with labels of their own", allowed: "no `labels` beside them, or images alone")
      }
      labels = try Joined(
        self.labels.map { name in
          let file = try decode(name)
          guard file.labels == nil else { throw ImageError(name, .whole, found: "images with labels", allowed: "labels alone") }
          return file.numbers
        })
    }
    return try select(pixels, labels)
  }

  // MARK: - Files

  /// The path, and of an archive's array its name.
  private func place(_ name: String) -> (path: String, array: String?) {
    let path = name.hasPrefix("/") ? name : folder + "/" + name
    if Files.size(path) == nil, let colon = path.lastIndex(of: ":"), Files.size(String(path[..<colon])) != nil {
      return (String(path[..<colon]), String(path[path.index(after: colon)...]))
    }
    return (path, nil)
  }

  private func decode(_ name: String) throws -> (numbers: NumberArray, labels: NumberArray?) {
    let (path, array) = place(name)
    // Errors tell an array behind its file.
    let file = array.map { String(name.dropLast($0.count + 1)) } ?? name
    return try Self.decode(NamedBytes(name: file, bytes: Files.read(path, atMost: Self.largestFile)), array: array, format, label)
  }

  /// By content; `format` for what has no magic.
  package static func decode(
    _ source: NamedBytes, array: String?, _ format: CIFAR?, _ label: CIFAR.Label
  ) throws(ImageError) -> (numbers: NumberArray, labels: NumberArray?) {
    let source = Inflate.isGzip(source.bytes) ? try Inflate.gzip(source) : source, bytes = source.bytes
    if let array {
      guard ZIP.isOne(bytes) else {
        throw source.error(at: 0, found: source.hexadecimal(0..<4), allowed: "50 4b 03 04, an archive, as '\(array)' is asked of it")
      }
      return (try ZIP(source).array(array), nil)
    }
    if let format {
      let found = try format.decode(source, label)
      return (found.images, found.labels)
    }
    if ZIP.isOne(bytes) {
      throw ImageError(
        source.name, .whole, found: "an archive", allowed: "one array of it: \(try ZIP(source).names.map { source.name + ":" + $0 }.joined(separator: ", "))")
    }
    if NPY.isOne(bytes) { return (try NPY.decode(source), nil) }
    if IDX.isOne(bytes) { return (try IDX.decode(source), nil) }
    if CSVNumbers.isOne(bytes) {
      let found = try CSVNumbers.decode(source)
      return (found.images, found.labels)
    }
    throw source.error(
      at: 0, found: source.hexadecimal(0..<8),
      allowed: "IDX (00 00), NPY (93 4e 55 4d 50 59), NPZ (50 4b 03 04), CSV, any of them in gzip (1f 8b); CIFAR needs its `format`")
  }

  // MARK: - Images

  private func select(_ pixels: Joined, _ labels: Joined) throws -> LabelledImages {
    guard labels.itemSize == 1, labels.shape.isEmpty else {
      throw ImageError(labels.name, .whole, found: "labels of rank \(labels.shape.count + 1)", allowed: "rank 1")
    }
    guard !pixels.shape.isEmpty else { throw ImageError(pixels.name, .whole, found: "images of rank 1", allowed: "rank 2 to 4, the images first") }
    guard pixels.count == labels.count else {
      throw ImageError(labels.name, .whole, found: "\(labels.count) labels", allowed: "\(pixels.count), one for each image of \(pixels.name)")
    }
    var chosen: [Int] = [], signs: [Double] = []
    for i in 0..<labels.count {
      let label = labels.first(of: i)
      guard label == label.rounded(), label.magnitude < 1e15 else {
        throw ImageError(labels.name(of: i), labels.place(i, 0), found: "label \(label)", allowed: "whole numbers")
      }
      guard let place = classes.firstIndex(of: Int(label)) else { continue }
      chosen.append(i)
      signs.append(place == 0 ? 1 : -1)
    }
    for (i, name) in classes.enumerated() where !signs.contains(i == 0 ? 1 : -1) {
      throw ImageError(labels.name, .whole, found: "no image of class \(name)", allowed: "classes that there are: \(labels.someValues())")
    }
    // As doubles, as residuals, and their Gram matrix with its factors.
    let smaller = min(chosen.count, pixels.itemSize), numbers = NumberArray.product([chosen.count, pixels.itemSize, 40]) ?? .max / 2
    let bytes = numbers.addingClamped(NumberArray.product([smaller, smaller, 8]) ?? .max / 2)
    guard bytes <= Memory.available else {
      throw ImageError(
        pixels.name, .whole, found: "\(chosen.count) images of \(pixels.itemSize) numbers, which take \(Memory.words(bytes)) of memory",
        allowed: "the \(Memory.words(Memory.available)) that are available")
    }
    var table = Matrix(rows: chosen.count, columns: pixels.itemSize)
    let stride = table.stride
    var strange: (image: Int, pixel: Int, value: Double)?
    table.withMutableElements { elements in
      for (row, image) in chosen.enumerated() {
        pixels.withItem(image) { j, value in
          elements[row * stride + j] = value
          if !value.isFinite, strange == nil { strange = (image, j, value) }
        }
      }
    }
    if let strange {
      throw ImageError(
        pixels.name(of: strange.image), pixels.place(strange.image, strange.pixel), found: "a pixel of \(strange.value)",
        allowed: "finite numbers, whole ones up to 2^53")
    }
    return try LabelledImages(pixels: table, labels: signs, shape: pixels.imageShape)
  }
}

/// Tables of several files as one.
private struct Joined {
  private let parts: [NumberArray]
  /// The first item of each part.
  private let starts: [Int]
  let count: Int
  /// Of an item.
  let shape: [Int]
  let itemSize: Int

  init(_ parts: [NumberArray]) throws {
    guard let first = parts.first else { throw ImageError("", .whole, found: "no files", allowed: "at least one") }
    for part in parts where part.shape.dropFirst() != first.shape.dropFirst() {
      func words(_ array: NumberArray) -> String { array.shape.dropFirst().map(String.init).joined(separator: " x ") }
      throw ImageError(part.name, .whole, found: "items of \(words(part))", allowed: "\(words(first)), as in \(first.name)")
    }
    var starts = [0]
    for part in parts { starts.append(starts[starts.count - 1] + part.count) }
    (self.parts, self.starts, count, shape, itemSize) = (parts, starts, starts[parts.count], Array(first.shape.dropFirst()), first.itemSize)
  }

  private func part(of item: Int) -> Int { (starts.firstIndex { $0 > item } ?? parts.count) - 1 }

  var name: String { parts.map(\.name).joined(separator: ", ") }
  func name(of item: Int) -> String { parts[part(of: item)].name }
  func place(_ item: Int, _ j: Int) -> ImageError.Place { parts[part(of: item)].place(item: item - starts[part(of: item)], j) }

  func withItem(_ item: Int, _ body: (Int, Double) -> Void) {
    let part = part(of: item)
    parts[part].withItem(item - starts[part], body)
  }

  func first(of item: Int) -> Double {
    var value = Double.nan
    withItem(item) { if $0 == 0 { value = $1 } }
    return value
  }

  func someValues() -> String {
    let values = Set((0..<count).map { first(of: $0) }).sorted()
    return values.prefix(20).map { "\(Int($0))" }.joined(separator: ", ") + (values.count > 20 ? ", ..." : "")
  }

  /// Rank 2: a square where there is one, else a line. Rank 4: channels last, or before rows and columns where there are at most four of the one and more of
  /// the other.
  var imageShape: ImageShape {
    switch shape.count {
    case 1:
      let side = Int(Double(itemSize).squareRoot())
      return side * side == itemSize ? ImageShape(rows: side, columns: side) : ImageShape(rows: 1, columns: itemSize)
    case 2: return ImageShape(rows: shape[0], columns: shape[1])
    default:
      let isPlanar = shape[0] <= 4 && shape[2] > 4
      return isPlanar
        ? ImageShape(rows: shape[1], columns: shape[2], channels: shape[0], isPlanar: true) : ImageShape(rows: shape[0], columns: shape[1], channels: shape[2])
    }
  }
}
