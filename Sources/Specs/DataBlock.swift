import Experiments
import Images
import JSONText
import Model
import Platform

/// The block `data` of a specification: images in the place of signal plus noise.
struct DataBlock {
  let request: ImageRequest
  let images: ImageData
  /// What the program adds to a text that is kept, so that its results can be read where the files are not, and its trials be measured where the text is not.
  let addition: String
  /// Whether the text says it already.
  let isFound: Bool
  /// Parameters that may stand in the block.
  let parameters: [(name: String, node: SpecNode)]

  private static let keys = ["images", "labels", "classes", "format", "patches", "tiles", "found"]

  /// Reads the files, unless the text says what is found in them.
  init(_ node: SpecNode, folder: String) throws(SpecError) {
    let nodes = Dictionary(try node.members(Self.keys, called: "key of data").map { ($0.key, $0.node) }) { first, _ in first }
    guard let imagesNode = nodes["images"], let classesNode = nodes["classes"] else {
      let missing = ["images", "classes"].filter { nodes[$0] == nil }
      throw node.error("data needs \(missing.joined(separator: " and ")): {images, labels, classes: [a, b]}")
    }
    var classes: [Int] = []
    for element in try classesNode.elements() { classes.append(try element.whole()) }
    guard classes.count == 2, classes[0] != classes[1] else {
      throw classesNode.error("two classes that differ are needed, [a, b]: a is +1, b is -1")
    }
    let format = try nodes["format"]?.name(among: CIFAR.allCases.map(\.rawValue), called: "format").asFormat
    var labels: [String] = [], label = CIFAR.Label.fine
    if let labelsNode = nodes["labels"] {
      if let format {
        guard format == .cifar100 else { throw labelsNode.error("cifar10 has its labels beside its images; leave labels out") }
        label = CIFAR.Label(rawValue: try labelsNode.name(among: CIFAR.Label.allCases.map(\.rawValue), called: "kind of label")) ?? .fine
      } else {
        labels = try Self.files(labelsNode)
      }
    }
    let found = try nodes["found"].map { node throws(SpecError) in try Self.found(node) }
    let request = ImageRequest(
      images: try Self.files(imagesNode), labels: labels, classes: classes, format: format, label: label, folder: found?.folder ?? folder)
    if let found {
      images = ImageData(found.facts) { try request.read() }
    } else {
      do {
        images = try ImageData(request.read())
      } catch {
        throw imagesNode.error("\(error)")
      }
    }
    self.request = request
    isFound = found != nil
    parameters = ["patches", "tiles"].compactMap { name in nodes[name].map { (name, $0) } }
    addition = Self.text(images.facts, folder: request.folder)
  }

  private static func files(_ node: SpecNode) throws(SpecError) -> [String] {
    guard case .array = node.value.content else { return [try node.text()] }
    var files: [String] = []
    for element in try node.elements() { files.append(try element.text()) }
    guard !files.isEmpty else { throw node.error("at least one file is needed") }
    return files
  }

  // MARK: - What was found

  private static func text(_ facts: ImageData.Facts, folder: String) -> String {
    let shape = facts.shape
    let json = JSON.object([
      ("folder", .string(folder)), ("digest", .string(facts.digest)), ("counts", .array(facts.counts.map { .whole($0) })),
      ("shape", .array([shape.rows, shape.columns, shape.channels].map { .whole($0) })), ("planar", .bool(shape.isPlanar)),
      ("naturalSNR", .number(facts.naturalSNR)), ("effectiveDimension", .number(facts.effectiveDimension)),
      ("varianceAlongSignal", .number(facts.varianceAlongSignal)),
    ])
    return " found: \(json.text),"
  }

  private static func found(_ node: SpecNode) throws(SpecError) -> (folder: String, facts: ImageData.Facts) {
    let keys = ["folder", "digest", "counts", "shape", "planar", "naturalSNR", "effectiveDimension", "varianceAlongSignal"]
    let nodes = Dictionary(try node.members(keys, called: "key of found").map { ($0.key, $0.node) }) { first, _ in first }
    func needed(_ key: String) throws(SpecError) -> SpecNode {
      guard let node = nodes[key] else { throw node.error("\"\(key)\" is missing; leave found out, the program writes it") }
      return node
    }
    func wholes(_ key: String, _ count: Int) throws(SpecError) -> [Int] {
      let node = try needed(key)
      var numbers: [Int] = []
      for element in try node.elements() { numbers.append(try element.whole(in: 1...Int(Int32.max))) }
      guard numbers.count == count else { throw node.error("\(count) whole numbers are needed") }
      return numbers
    }
    let shape = try wholes("shape", 3), size = shape.reduce(1.0) { $0 * Double($1) }
    guard size <= 1e9 else { throw try needed("shape").error("images of \(size) numbers are more than there can be") }
    let planar = try needed("planar")
    guard case .bool(let isPlanar) = planar.value.content else { throw planar.error("true or false is needed, not \(planar.value.words)") }
    return (
      try needed("folder").text(),
      ImageData.Facts(
        digest: try needed("digest").text(), counts: try wholes("counts", 2),
        shape: ImageShape(rows: shape[0], columns: shape[1], channels: shape[2], isPlanar: isPlanar), naturalSNR: try needed("naturalSNR").number(),
        effectiveDimension: try needed("effectiveDimension").number(), varianceAlongSignal: try needed("varianceAlongSignal").number())
    )
  }
}

extension String {
  fileprivate var asFormat: CIFAR? { CIFAR(rawValue: self) }

  /// With `addition` behind the brace at a place; the same where it stands there.
  func adding(_ addition: String, behind place: TextPlace) -> String {
    guard let brace = place.index(in: self) else { return self }
    let behind = unicodeScalars.index(after: brace)
    return String(self[..<behind]) + addition + String(self[behind...])
  }

  /// With `addition` in its block `data`, which must be an object of a specification.
  func withFound(_ addition: String) -> String {
    guard !addition.isEmpty, case .object(let members)? = try? JSON5.parse(utf8: Array(utf8)).content,
      let data = members.first(where: { $0.key == "data" })?.value, case .object(let keys) = data.content, !keys.contains(where: { $0.key == "found" })
    else { return self }
    return adding(addition, behind: data.place)
  }

  func removing(_ addition: String) -> String {
    guard !addition.isEmpty, let range = firstRange(of: addition) else { return self }
    return String(self[..<range.lowerBound]) + String(self[range.upperBound...])
  }
}

extension SweepSpec {
  /// Its images; nil for signal plus noise.
  public var imageData: ImageData? { grid.base.parameters(as: CNNParameters.self)?.images }
  /// What is found in them.
  public var images: ImageData.Facts? { imageData?.facts }

  /// The block `data` with what is found, without parameters: what another specification needs for the same images. Nil for signal plus noise.
  public var imageBlock: JSON? {
    guard request != nil, case .object(let members)? = try? JSON5.parse(utf8: Array(keptText.utf8)).json,
      case .object(let data)? = members.first(where: { $0.0 == "data" })?.1
    else { return nil }
    return .object(data.filter { $0.0 != "patches" && $0.0 != "tiles" })
  }

  /// The images in a few words, as in "digits.csv.gz, classes 3 and 8".
  public var imageWords: String? {
    request.map { request in
      let files = request.images.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
      return "\(files[0])\(files.count > 1 ? " and \(files.count - 1) more" : ""), classes \(request.classes[0]) and \(request.classes[1])"
    }
  }
}
