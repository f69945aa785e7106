import Engine
import Experiments
import Foundation
import Platform
import Specs
import Storage
import TestSupport
import Testing

/// What is stored comes back with the same bits; what does not belong together does not mix.
@Suite struct StoreTests {
  private let axes = "snr: [0.2, 1], forgetRatio: [0.1, 0.3]"

  private func write(_ records: [TrialRecord], of spec: SweepSpec, to path: String) throws {
    try StoreWriter(path, for: spec, journal: .writeAhead, now: 0).write(records)
  }

  private func records(_ reader: StoreReader, cell: Int) throws -> [Int: TrialResult] {
    Dictionary(uniqueKeysWithValues: try reader.trials(ofCell: cell).map { ($0.repetition, $0.result) })
  }

  @Test func everyKindOfValueComesBack() throws {
    let spec = try cnnSpec(axes: axes), folder = try TemporaryFolder(), columns = spec.experiment.columns
    try FileManager.default.createDirectory(atPath: folder.output.path, withIntermediateDirectories: true)
    let numbers: [Double] = [0, 1, -1, 0.1, 1e22, 12345678912345678, .leastNonzeroMagnitude, .greatestFiniteMagnitude, -.pi, 1 + .ulpOfOne]
    var results: [TrialResult] = []
    for shift in 0..<numbers.count {
      let values = columns.enumerated().map { i, column -> MeasuredValue in
        switch (column.kind, (i + shift) % 5) {
        case (_, 0): .absent("nothing, \"quoted\" \u{2028} é")
        case (_, 1): .undefined("reason \(shift % 2)")
        case (.number, _): .number(numbers[(i + shift) % numbers.count])
        case (.count, _): .count([0, 1, -1, .max, .min][(i + shift) % 5])
        case (.flag, _): .flag((i + shift) % 2 == 0)
        }
      }
      let outcomes: [TrialOutcome] = [.completed, .notTrained(reason: "it's slow; \n \u{0}\"quoted\""), .failed(reason: "")]
      results.append(TrialResult(of: cnn, outcomes[shift % 3], values: values))
    }
    let wide = try cnnSpec(axes: axes, repetitions: numbers.count)
    try write(results.enumerated().map { TrialRecord(cell: 2, repetition: $0, result: $1) }, of: wide, to: folder.output.store)
    let reader = try StoreReader(folder.output, spec: wide)
    #expect(try records(reader, cell: 2) == Dictionary(uniqueKeysWithValues: results.enumerated().map { ($0, $1) }))
    #expect(try records(reader, cell: 0).isEmpty && reader.done.count == numbers.count && reader.others == 0)
    // A specification with fewer repetitions sees its own alone.
    let narrow = try StoreReader(folder.output, spec: spec)
    #expect(narrow.done.count == 2 && narrow.others == numbers.count - 2)
  }

  @Test func measuredTrialsComeBackBitByBit() throws {
    let spec = try cnnSpec(axes: axes), folder = try TemporaryFolder()
    try run(spec, in: folder.output)
    let reader = try StoreReader(folder.output, spec: spec)
    for cell in 0..<spec.grid.count {
      let stored = try records(reader, cell: cell)
      #expect(stored.count == 2)
      for (repetition, result) in stored {
        let measured = try spec.grid.cell(at: cell).measure(seed: spec.seed, repetition: repetition)
        #expect(result == measured)
      }
    }
  }

  /// What is stored already is never measured again: extended, reordered, repeated more often, and back.
  @Test func growingASweepReusesWhatIsThere() throws {
    let folder = try TemporaryFolder()
    let steps: [(axes: String, repetitions: Int, measured: Int, others: Int)] = [
      ("snr: [0.2, 1], forgetRatio: [0.1, 0.3]", 2, 8, 0),
      ("snr: [0.2, 1], forgetRatio: [0.1, 0.3]", 2, 0, 0),
      ("snr: [0.2, 0.5, 1], forgetRatio: [0.1, 0.3]", 2, 4, 0),
      ("forgetRatio: [0.3, 0.1], snr: [1, 0.5, 0.2]", 2, 0, 0),
      ("snr: [0.2, 0.5, 1], forgetRatio: [0.1, 0.3]", 3, 6, 0),
      ("snr: {from: 0.2, to: 1, count: 9}, forgetRatio: [0.1]", 1, 6, 15),
      ("snr: [1], forgetRatio: [0.1, 0.3], batchSize: [8, 3]", 3, 6, 18),
      ("snr: [0.2, 0.5, 1], forgetRatio: [0.1, 0.3]", 3, 0, 12),
    ]
    for (axes, repetitions, measured, others) in steps {
      let spec = try cnnSpec(axes: axes, repetitions: repetitions)
      let plan = try Plan(spec, in: folder.output)
      #expect(plan.left == measured && plan.others == others, "\(axes)")
      #expect(try run(spec, in: folder.output).measured == measured)
    }
    // As if it had run through at once.
    let whole = try TemporaryFolder(), last = try cnnSpec(axes: steps[7].axes, repetitions: 3)
    try run(last, in: whole.output)
    #expect(try exported(folder.output).bytes == exported(whole.output).bytes)
  }

  /// A changed parameter or seed makes other trials; the old ones stay, are counted, and are found when it is changed back.
  @Test func otherSettingsDoNotMix() throws {
    let folder = try TemporaryFolder()
    let original = try cnnSpec(axes: axes)
    try run(original, in: folder.output)
    let before = try exported(folder.output).bytes
    for changed in [
      try cnnSpec(axes: axes, parameters: "labelNoise: 0.1"), try cnnSpec(axes: axes, seed: 4), try cnnSpec(axes: axes, parameters: "growthLimit: 10"),
    ] {
      let plan = try Plan(changed, in: folder.output)
      #expect(plan.stored == 0 && plan.left == 8 && plan.others >= 8)
      try run(changed, in: folder.output)
      #expect(try exported(folder.output).bytes != before)
    }
    #expect(try run(original, in: folder.output).measured == 0)
    #expect(try exported(folder.output).bytes == before)
    #expect(try SweepStatus(of: folder.output).others == 24)
  }

  @Test func anotherExperimentIsRefused() throws {
    let folder = try TemporaryFolder()
    try run(try cnnSpec(axes: axes), in: folder.output)
    let other = try spec(#"{name: "test", experiment: "hessian", repetitions: 1}"#)
    let error = #expect(throws: StoreError.self) { try run(other, in: folder.output) }
    #expect(error.map { "\($0)" }?.contains("'cnn', and this sweep is 'hessian'") == true)
  }

  /// Files in a folder are read as one; trials that two of them hold must agree.
  @Test func readingIsTheUnionOfFiles() throws {
    let spec = try cnnSpec(axes: axes, repetitions: 4), folder = try TemporaryFolder(), whole = try TemporaryFolder()
    try run(spec, in: whole.output)
    try FileManager.default.createDirectory(atPath: folder.output.path, withIntermediateDirectories: true)
    let all = try (0..<spec.grid.count).flatMap { cell in
      try StoreReader(whole.output, spec: spec).trials(ofCell: cell).map { TrialRecord(cell: cell, repetition: $0.repetition, result: $0.result) }
    }
    let parts = (0..<3).map { part in all.enumerated().filter { $0.offset % 3 == part || $0.offset == 0 }.map(\.element) }
    for (part, records) in parts.enumerated() { try write(records, of: spec, to: folder.output.path + "/results-\(part)-of-3.sqlite") }
    #expect(try StoreReader(folder.output, spec: spec).done.count == 16)
    #expect(try exported(folder.output).bytes == exported(whole.output).bytes)
    #expect(try Plan(spec, in: folder.output).left == 0)

    var values = all[0].result.values
    values[2] = .number(0.123)
    let forged = TrialRecord(cell: all[0].cell, repetition: all[0].repetition, result: TrialResult(of: cnn, values: values))
    try write([forged], of: spec, to: folder.output.path + "/results-forged.sqlite")
    let error = #expect(throws: StoreError.self) { try exported(folder.output) }
    guard case .contradiction(_, let files) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(files.count == 2 && files.contains { $0.hasSuffix("results-forged.sqlite") })
  }

  @Test func oneWriterAtATime() throws {
    let spec = try cnnSpec(axes: axes), folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.output.path, withIntermediateDirectories: true)
    let first = try StoreWriter(folder.output.store, for: spec, journal: .writeAhead, now: 0)
    let error = #expect(throws: StoreError.self) { try StoreWriter(folder.output.store, for: spec, journal: .writeAhead, now: 0) }
    #expect(error.map { "\($0)" }?.contains("process \(ProcessInfo.processInfo.processIdentifier) on ") == true)
    // Readers do not mind a writer.
    #expect(try StoreReader(folder.output, spec: spec).done.count == 0)
    withExtendedLifetime(first) {}
  }

  @Test func theLockGoesWithItsHolder() throws {
    let spec = try cnnSpec(axes: axes), folder = try TemporaryFolder()
    for _ in 0..<2 { try run(spec, in: folder.output) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.output.path) == ["results.sqlite"])
    // A lock file that a killed process left behind holds nobody back.
    try "process 1 on elsewhere".write(toFile: folder.output.store + ".lock", atomically: true, encoding: .utf8)
    #expect(try run(spec, in: folder.output).measured == 0)
  }

  /// A text ends at a zero character for C; for a specification that is run, read back and merged it does not.
  @Test func aZeroCharacterInAComment() throws {
    let folder = try TemporaryFolder(), text = "{ // a zero: \u{0}, and more\nname: \"zero\", experiment: \"hessian\", repetitions: 2, parameters: {steps: 5} }"
    let spec = try spec(text)
    try run(spec, in: folder.output)
    #expect(try folder.output.lastSpec() == spec && folder.output.lastSpec().source == text)
    _ = try StoreMerge([], into: folder.output)
    #expect(try folder.output.lastSpec() == spec && SweepStatus(of: folder.output).done == 2)
  }

  /// A shard that goes on while its folder is merged loses nothing: its store stays, and is read with the merged one.
  @Test func aStoreThatGrowsDuringAMergeStays() throws {
    let spec = try cnnSpec(axes: axes), folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.output.path, withIntermediateDirectories: true)
    let result = try spec.grid.cell(at: 0).measure(seed: 3, repetition: 0), shard = folder.output.path + "/results-1-of-2.sqlite"
    try write([TrialRecord(cell: 0, repetition: 0, result: result)], of: spec, to: shard)
    let writer = try StoreWriter(shard, for: spec, journal: .rollback, now: 0)
    let error = #expect(throws: StoreError.self) { try StoreMerge([], into: folder.output) }
    #expect(error.map { "\($0)" }?.contains("is being written by process") == true)
    withExtendedLifetime(writer) {}
    #expect(try StoreReader(folder.output, spec: spec).done.count == 1)
  }

  /// A batch is stored whole or not at all.
  @Test func aBatchIsAllOrNothing() throws {
    let spec = try cnnSpec(axes: axes), folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.output.path, withIntermediateDirectories: true)
    let result = try spec.grid.cell(at: 0).measure(seed: 3, repetition: 0)
    let writer = try StoreWriter(folder.output.store, for: spec, journal: .rollback, now: 0)
    let record = TrialRecord(cell: 0, repetition: 0, result: result), twin = TrialRecord(cell: 1, repetition: 0, result: result)
    #expect(throws: StoreError.self) { try writer.write([twin, record, record]) }
    #expect(try StoreReader(folder.output, spec: spec).done.count == 0)
    try writer.write([twin, record])
    #expect(try StoreReader(folder.output, spec: spec).done.count == 2)
  }
}
