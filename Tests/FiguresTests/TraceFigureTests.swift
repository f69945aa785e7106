import Experiments
import Figures
import Foundation
import TestSupport
import Testing

/// The course of a trial as a picture: every step where its numbers say, over one axis.
@Suite struct TraceFigureTests {
  /// Two panels: shares, and losses over five decades from a step on that has none.
  private func trace(steps: Int, loss: (Int) -> Double, share: (Int) -> Double, limit: Double = 20) -> Trace {
    var trace = Trace(
      [Column("share", .number, "a share"), Column("loss", .number, "a loss")],
      panels: [
        Trace.Panel("Shares", unit: "share", .share, lines: [("share", "some set")]),
        Trace.Panel("Losses", unit: "loss", lines: [("loss", "another set")], limit: (limit, "the limit")),
      ], marks: [Trace.Mark("escaped", atStep: steps / 2)])
    for step in 0...steps { trace.add([share(step), loss(step)]) }
    return trace
  }

  private func picture(_ trace: Trace) -> Picture { Picture(TraceFigure(trace, of: cnn.cell, "seed 1").figure(measure: CairoText()).scene) }

  private func lines(_ picture: Picture, _ frame: Int, _ words: String) throws -> [[Point]] { try picture.lines(over: frame, called: words) }

  @Test func everyStepIsWhereItsNumbersSay() throws {
    let picture = picture(trace(steps: 10, loss: { $0 == 0 ? 0 : pow(10, Double($0) / 2 - 2) }, share: { 1 - Double($0) / 20 }))
    try #require(picture.frames.count == 2)
    let (shares, losses) = (picture.frames[0], picture.frames[1])
    #expect(shares.x == losses.x && shares.right == losses.right && shares.bottom < losses.y)
    func x(_ step: Int) -> Double { shares.x + shares.width * Double(step) / 10 }
    func tick(_ label: String, _ frame: Box) throws -> Double {
      try #require(picture.texts(label).first { $0.box.right < frame.x && frame.y < $0.box.middle.y && $0.box.middle.y < frame.bottom }).box.middle.y
    }
    let (zero, one) = (try tick("0", shares), try tick("1", shares)), share = try #require(try lines(picture, 0, "some set").first)
    #expect(share.count == 11)
    for (step, point) in share.enumerated() {
      #expect(abs(point.x - x(step)) < 0.01 && abs(point.y - (zero + (one - zero) * (1 - Double(step) / 20))) < 0.01)
    }
    // Logarithms; the step without a loss above zero is left out.
    let (low, high) = (try tick("0.1", losses), try tick("100", losses)), loss = try #require(try lines(picture, 1, "another set").first)
    #expect(loss.count == 10)
    for (place, point) in loss.enumerated() {
      let step = place + 1
      #expect(abs(point.x - x(step)) < 0.01 && abs(point.y - (low + (high - low) * (Double(step) / 2 - 1) / 3)) < 0.01)
    }
    let limit = try #require(picture.lines.first { $0.clip == losses && $0.points.count == 2 })
    #expect(limit.points.allSatisfy { abs($0.y - (low + (high - low) * (log10(20) + 1) / 3)) < 0.01 } && !picture.texts("the limit").isEmpty)
    // The step of a mark in every panel, and in words.
    let stroke = try picture.legendStroke("escaped at step 5")
    let marks = picture.lines.filter { $0.stroke == stroke && $0.points[0].x == $0.points[1].x }
    #expect(marks.map { $0.points[0].y } == [shares.y, losses.y] && marks.allSatisfy { abs($0.points[0].x - x(5)) < 0.01 })
    for label in ["0", "10"] { #expect(picture.texts(label).contains { abs($0.box.middle.x - x(Int(label) ?? 0)) < 0.01 && $0.box.y > losses.bottom }) }
  }

  /// Within two decades the scale is linear and has its zero; a limit that lies outside is not drawn, nor told.
  @Test func aNarrowRangeIsLinear() throws {
    let picture = picture(trace(steps: 4, loss: { 1 + Double($0) }, share: { _ in 0.5 }))
    let frame = picture.frames[1], line = try #require(try lines(picture, 1, "another set").first)
    let gaps = zip(line, line.dropFirst()).map { $0.y - $1.y }
    #expect(gaps.allSatisfy { abs($0 - gaps[0]) < 0.01 } && gaps[0] > 0)
    #expect(picture.texts("0").contains { frame.y < $0.box.middle.y && $0.box.middle.y < frame.bottom } && picture.texts("the limit").isEmpty)
  }

  /// Of very many steps the picture keeps the extremes, and a file of bounded size.
  @Test func manySteps() throws {
    let steps = 100_000, picture = picture(trace(steps: steps, loss: { _ in 1 }, share: { $0 == 61_803 ? 0 : $0 == 27_182 ? 1 : 0.5 }))
    let line = try #require(try lines(picture, 0, "some set").first), frame = picture.frames[0]
    #expect(line.count < 2000 && abs((line.last?.x ?? 0) - frame.right) < 0.01)
    let lowest = try #require(line.max { $0.y < $1.y }), highest = try #require(line.min { $0.y < $1.y })
    #expect(abs(lowest.x - (frame.x + frame.width * 61_803 / Double(steps))) < 0.01 && abs(highest.x - (frame.x + frame.width * 27_182 / Double(steps))) < 0.01)
    #expect(zip(line, line.dropFirst()).allSatisfy { $0.x < $1.x })
  }

  /// Numbers that are none break the line; a run of no steps is a picture too.
  @Test func gapsAndNothing() throws {
    let broken = picture(trace(steps: 6, loss: { $0 == 3 ? .infinity : 1 }, share: { _ in 1 }))
    #expect(try lines(broken, 1, "another set").map(\.count) == [3, 3])
    #expect(picture(trace(steps: 0, loss: { _ in 1 }, share: { _ in 1 })).frames.count == 2)
  }

  @Test func textsStayInsideAndApart() {
    let texts = picture(trace(steps: 400, loss: { exp(Double($0)) }, share: { _ in 1 })).scene.texts,
      scene = picture(trace(steps: 400, loss: { exp(Double($0)) }, share: { _ in 1 })).scene
    for text in texts { #expect(Box(x: 0, y: 0, width: scene.width, height: scene.height).contains(text.box), "\(text.string)") }
    for i in texts.indices { for j in 0..<i { #expect(!texts[i].box.overlaps(texts[j].box), "\(texts[i].string) and \(texts[j].string)") } }
  }
}
