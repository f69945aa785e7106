import Engine
import Experiments
import Specs
import Testing

/// What later waves find of earlier ones.
@Suite struct KeptPreparationsTests {
  private let sweep = Result { try cnnSpec(axes: "snr: [0.1, 0.5, 1]") }

  private func preparation(_ cell: Int) throws -> Preparation {
    let spec = try sweep.get()
    return try spec.grid.cell(at: cell).prepare(seed: spec.seed, repetition: 0)
  }

  @Test func keepsWhatThereIsRoomFor() throws {
    let first = try preparation(0), second = try preparation(1), third = try preparation(2)
    let kept = KeptPreparations(mostBytes: first.bytes + second.bytes + 2 * 4096)
    #expect(first.bytes > 0 && kept[0] == nil)
    kept.keep(first, for: 0)
    kept.keep(second, for: 1)
    kept.keep(third, for: 2)
    #expect(kept[0] != nil && kept[1] != nil && kept[2] == nil)
    // Kept once more it is counted once.
    kept.keep(first, for: 0)
    #expect(kept[0] != nil && kept[1] != nil)
    let nothing = KeptPreparations(mostBytes: -1)
    nothing.keep(first, for: 0)
    #expect(nothing[0] == nil)
  }

  /// A preparation takes more once trials were measured with it, and is then counted for what it takes.
  @Test func whatGrowsIsCountedAnew() throws {
    let cell = try sweep.get().grid.cell(at: 0), first = try preparation(0), second = try preparation(1), before = first.bytes
    let kept = KeptPreparations(mostBytes: before + 4096)
    kept.keep(first, for: 0)
    let alone = cell.measure(seed: 3, repetition: 0), result = cell.measure(seed: 3, repetition: 0, with: try #require(kept[0]))
    #expect(result == alone && first.bytes > before && second.bytes == before)
    // Where there is no room for the growth it goes, and leaves room for another.
    kept.keep(first, for: 0)
    kept.keep(second, for: 1)
    #expect(kept[0] == nil && kept[1] != nil)
    // Where there is room it stays, and leaves none.
    let roomy = KeptPreparations(mostBytes: first.bytes + 4096)
    roomy.keep(first, for: 0)
    roomy.keep(second, for: 1)
    #expect(roomy[0] != nil && roomy[1] == nil)
  }
}
