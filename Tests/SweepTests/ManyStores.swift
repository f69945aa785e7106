import Engine
import Foundation
import Results
import Specs
import Storage
import TestSupport
import Testing

/// More stores in a folder than a process may have open files.
@Suite struct ManyStores {
  /// A folder whose trials are spread over so many stores, some of them in two, and the export of the same trials in one.
  private func spread(over count: Int) throws -> (folder: TemporaryFolder, spec: SweepSpec, export: [UInt8]) {
    let spec = try cnnSpec(axes: "snr: [0.2, 1], forgetRatio: {from: 0.1, to: 0.5, count: 40}", repetitions: 8)
    let whole = try TemporaryFolder(), folder = try TemporaryFolder()
    try run(spec, in: whole.output)
    let reader = try StoreReader(whole.output, spec: spec)
    var records: [TrialRecord] = []
    try reader.forEachTrial { records.append(TrialRecord(cell: $0, repetition: $1, result: $2)) }
    try FileManager.default.createDirectory(atPath: folder.output.path, withIntermediateDirectories: true)
    for part in 0..<count {
      let own = records.enumerated().filter { $0.offset % count == part || $0.offset % 97 == part % 97 && $0.offset < 97 }.map(\.element)
      try StoreWriter(folder.output.path + "/results-\(part + 1)-of-\(count).sqlite", for: spec, journal: .rollback, now: 0).write(own)
    }
    return (folder, spec, try exported(whole.output).bytes)
  }

  /// Reads in windows and opens stores again: same order, same bytes, in every format.
  @Test func manyStoresReadAsOne() throws {
    let (folder, spec, export) = try spread(over: 150)
    #expect(try exported(folder.output).bytes == export)
    #expect(try SweepStatus(of: folder.output).done == spec.trials)
    let table = try ResultTable(of: folder.output)
    #expect(table.stored == spec.trials)
    let reader = try StoreReader(folder.output, spec: spec)
    #expect(reader.done.count == 640 && reader.others == 0)
    var places: [[Int]] = []
    try reader.forEachTrial { cell, repetition, _ in places.append([cell, repetition]) }
    #expect(places == (0..<80).flatMap { cell in (0..<8).map { [cell, $0] } })
    for cell in [0, 41, 79] { #expect(try reader.trials(ofCell: cell).map(\.repetition) == Array(0..<8)) }
  }

  /// With room for 64 open files and 150 stores.
  @Test func aLimitOfOpenFilesIsKept() throws {
    let (folder, spec, export) = try spread(over: 150)
    let binary = try Binary(.release).path
    func limited(_ command: String) throws -> Program.Result { try Program.run("/bin/bash", ["-c", "ulimit -n 64; exec \(binary) \(command)"]) }
    let status = try limited("status \(folder.output.path) --json")
    #expect(status.status == 0 && status.output.contains("\"done\": \(spec.trials)"), "\(status.talk)")
    #expect(try limited("export \(folder.output.path) --format csv").output == String(decoding: export, as: UTF8.self))
    let merge = try limited("merge \(folder.output.path)")
    #expect(merge.status == 0 && merge.talk.contains("\(spec.trials) trials") && merge.talk.contains("150 stores"), "\(merge.talk)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.output.path) == ["results.sqlite"])
    #expect(try exported(folder.output).bytes == export)
  }

  /// A merge while they are read puts another file in the place of one: rows have other numbers there, and nothing of it may pass for the old.
  @Test func aStoreThatIsReplacedWhileItIsReadIsRefused() throws {
    let (folder, spec, _) = try spread(over: 40)
    let reader = try StoreReader(folder.output, spec: spec)
    var seen = 0
    let error = #expect(throws: StoreError.self) {
      for cell in 0..<spec.grid.count {
        seen += try reader.trials(ofCell: cell).count
        if cell == 0 {
          for name in try FileManager.default.contentsOfDirectory(atPath: folder.output.path) {
            let path = folder.output.path + "/" + name
            try FileManager.default.copyItem(atPath: path, toPath: path + ".copy")
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.moveItem(atPath: path + ".copy", toPath: path)
          }
        }
      }
    }
    #expect(error.map { "\($0)" }?.contains("was replaced while it was read") == true && seen < spec.trials)
  }

  /// A window has all of a cell's repetitions, or a part of one cell's.
  @Test func windowsMeetEveryRepetition() throws {
    let spec = try spec(
      #"{name: "a", experiment: "hessian", repetitions: 20000, axes: {stepSize: [0.5, 1.5]}, parameters: {samples: 4, coherence: 2, batchSize: 1, steps: 2}}"#)
    let folder = try TemporaryFolder()
    try run(spec, in: folder.output)
    var next = [0, 0]
    try StoreReader(folder.output, spec: spec).forEachTrial { cell, repetition, _ in
      if next[cell] != repetition { Issue.record("repetition \(repetition) of cell \(cell) after \(next[cell] - 1)") }
      next[cell] = repetition + 1
    }
    #expect(next == [20_000, 20_000])
  }
}
