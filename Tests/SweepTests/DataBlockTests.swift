import Engine
import Experiments
import Foundation
import Specs
import Storage
import TestSupport
import Testing

/// The block `data` of a specification: images in the place of signal plus noise, known by what they are and not by where.
@Suite struct DataBlockTests {
  private static let digits = Repository.root.path + "/sweeps/data/digits.csv.gz"

  private func spec(_ data: String, in folder: String, axes: String = #"snr: [0.2, "natural"]"#, further: String = "") throws -> SweepSpec {
    let text = """
      { name: "images", experiment: "cnn", repetitions: 2, data: \(data), axes: { \(axes) },
        parameters: { samples: 16, testSamples: 10, trainTargetLoss: 0.3, trainBatchSize: 5, filtersPerClass: 3, unlearnSteps: 20\(further) } }
      """
    return try SweepSpec(json5: Array(text.utf8), file: folder + "/images.json5")
  }

  private func copied(as name: String = "digits", to folder: TemporaryFolder) throws {
    try FileManager.default.copyItem(atPath: Self.digits, toPath: folder.path + "/" + name)
  }

  @Test func imagesReplaceTheData() throws {
    let folder = try TemporaryFolder()
    try copied(to: folder)
    let spec = try spec(#"{ images: "digits", classes: [3, 8], patches: "together" }"#, in: folder.path)
    let facts = try #require(spec.images), p = try #require(spec.grid.cell(at: 1).parameters(as: CNNParameters.self))
    #expect(facts.counts == [183, 174] && p.snr == facts.naturalSNR && abs(p.snr - 0.487) < 1e-3 && p.patches == .together && p.tiles == 1)
    #expect(spec.imageWords == "digits, classes 3 and 8" && facts.words.contains("183 and 174 of 8 x 8 pixels; natural SNR 0.487, effective dimension 14.1"))
    #expect(!spec.source.contains("found") && spec.keptText.contains("found"))
    // The kept text says the same where there are no files, and is the same text again.
    try FileManager.default.removeItem(atPath: folder.path + "/digits")
    let kept = try SweepSpec(json5: Array(spec.keptText.utf8), file: "/nowhere/else.json5")
    #expect(kept == spec && kept.hash == spec.hash && kept.source == spec.source && kept.images == facts)
  }

  /// Wherever the images lie, in whatever format, the trials are the same; others are others.
  @Test func trialsAreKnownByTheirPixels() throws {
    let folder = try TemporaryFolder(), elsewhere = try TemporaryFolder(), output = folder.output
    try copied(to: folder)
    let first = try spec(#"{ images: "digits", classes: [3, 8] }"#, in: folder.path)
    #expect(try run(first, in: output).measured == 4)
    // Unpacked, under another name, in another folder.
    let unpacked = try Program.run("/bin/sh", ["-c", "gunzip -c < \(Self.digits) > \(elsewhere.path)/numbers.txt"])
    try #require(unpacked.status == 0)
    let again = try spec(#"{ images: "numbers.txt", classes: [3, 8] }"#, in: elsewhere.path)
    #expect(try Plan(again, in: output).left == 0)
    for other in [#"{ images: "digits", classes: [8, 3] }"#, #"{ images: "digits", classes: [3, 9] }"#, #"{ images: "digits", classes: [3, 8], tiles: 2 }"#] {
      #expect(try Plan(spec(other, in: folder.path), in: output).left == 4, "\(other)")
    }
  }

  /// Results are read where the files are not; what must be measured needs them, unchanged.
  @Test func resultsOutliveTheFiles() throws {
    let folder = try TemporaryFolder(), output = folder.output
    try copied(to: folder)
    let first = try spec(#"{ images: "digits", classes: [3, 8] }"#, in: folder.path)
    try run(first, in: output)
    let csv = try exported(output).text
    #expect(try Verification(of: output, sample: 10).differences.isEmpty)
    try FileManager.default.removeItem(atPath: folder.path + "/digits")
    #expect(try exported(output).text == csv && SweepStatus(of: output).left == 0)
    // A run without its images stores nothing.
    let longer = try SweepSpec(json5: Array(first.keptText.replacingOccurrences(of: "repetitions: 2", with: "repetitions: 3").utf8), file: "kept")
    #expect(throws: (any Error).self) { try SweepRun(longer, in: output, jobs: 1, now: 5) }
    #expect(throws: (any Error).self) { try Verification(of: output, sample: 10) }
    #expect(try Plan(longer, in: output).left == 2 && exported(output).text == csv)
    let missing = try output.lastSpec().grid.cell(at: 0).measure(seed: 1, repetition: 7)
    #expect(missing.values.allSatisfy { $0.reason?.contains("no such file") ?? false })
    try Data("1,2,3\\n3,4,8\\n5,7,3\\n6,9,8\\n".replacingOccurrences(of: "\\n", with: "\n").utf8).write(to: URL(fileURLWithPath: folder.path + "/digits"))
    let changed = try output.lastSpec().grid.cell(at: 0).measure(seed: 1, repetition: 7)
    #expect(changed.values.allSatisfy { $0.reason?.contains("other values than when the sweep was begun") ?? false })
  }

  @Test func overridesKeepTheImages() throws {
    let folder = try TemporaryFolder()
    try copied(to: folder)
    let first = try spec(#"{ images: "digits", classes: [3, 8] }"#, in: folder.path)
    let words = try ["snr=natural,0.3", "tiles=2"].map { try #require(Overrides.Assignment($0)) }
    let (other, _) = try Overrides(words).applied(to: first, file: folder.path + "/images.json5")
    let p = try #require(other.grid.cell(at: 0).parameters(as: CNNParameters.self))
    // What is kept of it can be read where the files are not.
    try FileManager.default.removeItem(atPath: folder.path + "/digits")
    let kept = try SweepSpec(json5: Array(other.keptText.utf8), file: "/nowhere/else.json5")
    #expect(kept == other && kept.hash == other.hash && kept.images == first.images)
    #expect(p.tiles == 2 && p.snr == first.images?.naturalSNR && other.images == first.images && other.name == "images-snr=natural,0.3-tiles=2")
  }

  /// On the command line patches and tiles take the place of those under `data`.
  @Test func overridesReachIntoTheBlock() throws {
    let folder = try TemporaryFolder()
    try copied(to: folder)
    let first = try spec(#"{ images: "digits", classes: [3, 8], patches: "together", tiles: 2 }"#, in: folder.path)
    let words = try ["patches=apart", "tiles=1,4"].map { try #require(Overrides.Assignment($0)) }
    let (other, _) = try Overrides(words).applied(to: first, file: folder.path + "/images.json5")
    let cells = try (0..<other.grid.count).compactMap { try other.grid.cell(at: $0).parameters(as: CNNParameters.self) }
    #expect(cells.allSatisfy { $0.patches == .apart } && Set(cells.map(\.tiles)) == [1, 4])
  }

  @Test(arguments: [
    (#"{ images: "none", classes: [3, 8] }"#, "", "data.images: cannot read"), (#"{ images: "digits" }"#, "", "data needs classes"),
    (#"{ images: "digits", classes: [3, 3] }"#, "", "two classes that differ"), (#"{ images: "digits", classes: [3, 12] }"#, "", "no image of class 12"),
    (#"{ images: "digits", classes: [3, 8], labels: "digits" }"#, "", "the same file twice"),
    (#"{ images: "digits", classes: [3, 8], kind: 1 }"#, "", "no key of data 'kind'"), (#"{ images: [], classes: [3, 8] }"#, "", "at least one file"),
    (#"{ images: "digits", classes: [3, 8], format: "cifar" }"#, "", "no format 'cifar'; did you mean cifar10?"),
    (#"{ images: "digits", classes: [3, 8], format: "cifar10" }"#, "", "whole records of 3073 bytes"),
    (#"{ images: "digits", classes: [3, 8], tiles: 3 }"#, "", "divides the images' 8 rows"),
    (#"{ images: "digits", classes: [3, 8], tiles: 2 }"#, ", tiles: 2", "this stands under data already"),
    (#"{ images: "digits", classes: [3, 8] }"#, #", data: "none""#, "a block of their own"),
    (#"{ images: "digits", classes: [3, 8] }"#, ", forgetFraction: 2", "forgetFraction"),
  ]) func mistakesAreTold(data: String, further: String, words: String) throws {
    let folder = try TemporaryFolder()
    try copied(to: folder)
    let error = #expect(throws: SpecError.self) { try spec(data, in: folder.path, further: further) }
    #expect("\(String(describing: error))".contains(words), "\(String(describing: error))")
  }

  @Test func whatImagesCannotGiveIsRefused() throws {
    let folder = try TemporaryFolder()
    try copied(to: folder)
    let many = #expect(throws: SpecError.self) {
      try spec(#"{ images: "digits", classes: [3, 8] }"#, in: folder.path, axes: "trainBatchSize: [4]", further: "").grid.cell(at: 0).check()
    }
    #expect("\(String(describing: many))".contains("this is an axis already"))
    let none = #expect(throws: SpecError.self) {
      try SweepSpec(json5: Array(#"{ name: "a", experiment: "cnn", repetitions: 1, parameters: { snr: "natural" } }"#.utf8), file: "a")
    }
    #expect("\(String(describing: none))".contains("\"natural\" is the ratio of images"))
    let hessian = #"{ name: "a", experiment: "hessian", repetitions: 1, data: { images: "digits", classes: [3, 8] } }"#
    let other = #expect(throws: SpecError.self) { try SweepSpec(json5: Array(hessian.utf8), file: folder.path + "/a") }
    #expect("\(String(describing: other))".contains("takes no images"))
    let few = #expect(throws: SpecError.self) {
      try spec(#"{ images: "digits", classes: [3, 8] }"#, in: folder.path, axes: "dimension: [300], labelNoise: [0, 2]")
    }
    #expect("\(String(describing: few))".contains("labelNoise"))
  }
}
