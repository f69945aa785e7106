import Dispatch
import Engine
import Experiments
import Foundation
import Platform
import Specs
import Storage
import Synchronization
import TestSupport
import Testing

/// Measured trials wait for the store, never the other way round.
@Suite struct RecorderTests {
  private let spec: SweepSpec
  private let folder: TemporaryFolder
  private let recorder: Recorder
  private let result: TrialResult
  private let failures = Failures()

  private final class Failures: Sendable {
    let count = Mutex(0)
  }

  init() throws {
    spec = try cnnSpec(axes: "snr: [1]", repetitions: 100_000)
    folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.output.path, withIntermediateDirectories: true)
    let failures = failures
    recorder = Recorder(try StoreWriter(folder.output.store, for: spec, journal: .writeAhead, now: 0)) { failures.count.withLock { $0 += 1 } }
    result = try spec.grid.cell(at: 0).measure(seed: 3, repetition: 0)
  }

  private var stored: Int { get throws { try StoreReader(folder.output, spec: spec).done.count } }

  /// Another connection holds the store for a while: whoever measures is held up with at most two batches, and progress says nothing that is not stored.
  @Test func workersWaitForTheStore() throws {
    let ready = folder.path + "/ready",
      hold = """
        import sqlite3, sys, time
        c = sqlite3.connect(sys.argv[1], isolation_level=None); c.execute("BEGIN IMMEDIATE")
        open(sys.argv[2], "w").close(); time.sleep(1.5); c.execute("ROLLBACK")
        """
    let holder = try Program("/usr/bin/env", ["python3", "-c", hold, folder.output.store, ready])
    while !FileManager.default.fileExists(atPath: ready) { usleep(1000) }
    // Threads of their own: Dispatch's may all be busy with other tests.
    let workers = 4, each = 5000, brought = Mutex(0), group = DispatchGroup()
    for worker in 0..<workers {
      group.enter()
      Thread.detachNewThread { [recorder, result] in
        for i in 0..<each {
          recorder.record(TrialRecord(cell: 0, repetition: worker * each + i, result: result))
          brought.withLock { $0 += 1 }
        }
        group.leave()
      }
    }
    usleep(800_000)
    let held = brought.withLock { $0 }
    #expect(held >= Recorder.batch - workers && held <= 2 * Recorder.batch + workers, "\(held) trials were taken while nothing could be stored")
    #expect(recorder.progress.stored == 0)
    #expect(try holder.wait().status == 0)
    group.wait()
    try recorder.finish()
    #expect(recorder.progress.stored == workers * each && failures.count.withLock { $0 } == 0)
    #expect(try stored == workers * each)
  }

  /// A single trial does not wait for others: half a second later it is on the disk, whatever else takes long.
  @Test func aLoneTrialIsStoredInTime() throws {
    for repetition in 0..<3 {
      recorder.record(TrialRecord(cell: 0, repetition: repetition, result: result))
      usleep(500_000)
      #expect(try stored == repetition + 1 && recorder.progress.stored == repetition + 1)
    }
  }

  /// Batches are large or late, however many bring trials: a commit costs a flush of the disk.
  @Test func commitsAreFew() throws {
    let workers = 3, group = DispatchGroup(), start = ContinuousClock.now
    for worker in 0..<workers {
      group.enter()
      Thread.detachNewThread { [recorder, result] in
        for i in 0..<1200 {
          recorder.record(TrialRecord(cell: 0, repetition: worker * 1200 + i, result: result))
          usleep(300)
        }
        group.leave()
      }
    }
    group.wait()
    try recorder.finish()
    let seconds = (ContinuousClock.now - start).seconds
    // One each 100 ms, one each 1024 trials, and the last.
    #expect(Double(recorder.progress.commits) <= seconds / 0.1 + Double(workers * 1200 / Recorder.batch) + 1, "\(recorder.progress.commits) in \(seconds) s")
    #expect(recorder.progress.stored == workers * 1200 && recorder.progress.commits >= 3)
  }

  /// A store that cannot be written is told once, holds nobody up, and is an error at the end.
  @Test func aFailureIsToldOnce() throws {
    recorder.record(TrialRecord(cell: 0, repetition: 0, result: result))
    for repetition in 0..<5 * Recorder.batch { recorder.record(TrialRecord(cell: 0, repetition: repetition % 2, result: result)) }
    #expect(failures.count.withLock { $0 } == 1)
    #expect(throws: StoreError.self) { try recorder.finish() }
    #expect(recorder.progress.stored == 0)
    #expect(try stored == 0)
  }
}
