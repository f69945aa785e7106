import Explorer
import Foundation
import Results
import Specs
import Experiments
import TestSupport
import Testing

/// The page under someone's hands: its address, keys, sliders, what is saved of it, small screens and small sweeps.
@Suite(.serialized) struct PageUseTests {
  @Test func theAddressHoldsTheView() throws {
    let table = try quickstart(), page = try page(table), state = "return [written(state), location.hash, panels.map(it => it.title.textContent).join('|')]"
    let first = try Browser(
      page,
      [
        .open(""), .run("const it = document.getElementById('shown-left'); it.value = 'noiseShare'; it.dispatchEvent(new Event('change')); return it.value"),
        .move("threshold-retainAccuracyAtLeast", to: 0.85), .run("document.getElementById('line-drift').click(); return 1"), .run(state), .back, .run(state),
      ])
    let now = try #require(first.results[4] as? [String]), back = try #require(first.results[6] as? [String])
    #expect(
      now[1] == "#" + now[0] && now[0].contains("shown=noiseShare") && now[0].contains("threshold.retainAccuracyAtLeast=0.85") && now[0].contains("lines="))
    #expect(back[0] != now[0] && back[0].contains("threshold") && !back[0].contains("lines=") && back[2] == now[2])
    // Opened anew it is the same view; what is not possible is passed over.
    let again = try Browser(
      page, [.open(now[1]), .run(state), .open("#x=nothing&shown=a,b&cell=-3&threshold.forgetAccuracyAtMost=7&lines=nobody"), .run(state)])
    #expect(again.results[1] as? [String] == now)
    #expect((again.results[3] as? [String])?[0] == "lines=")
  }

  /// Arrow keys walk over cells, Enter opens one, and the command that it tells gives the stored numbers.
  @Test func keysChooseACellAndItsTrialRunsAgain() throws {
    let table = try quickstart(), spec = table.spec
    let browser = try Browser(
      page(table),
      [
        .open(""), .run("document.getElementById('panel-b').focus(); return 1"),
        .keys(["ArrowRight", "ArrowRight", "ArrowUp", "ArrowRight", "ArrowUp", "Enter"]),
        .run(
          """
          const pick = document.getElementById("repetition"); pick.value = 2; pick.dispatchEvent(new Event("input"))
          return [state.cell, document.getElementById("readout").textContent, document.getElementById("command").textContent,
            document.getElementById("trial-box").hidden, document.querySelectorAll("#trial tbody tr").length, document.querySelectorAll("#cell table").length]
          """),
        .keys(["Escape"]), .run("return [state.cell, document.getElementById('trial-box').hidden]"),
      ])
    let found = try #require(browser.results[3] as? [Any])
    // The first key shows where one is: the lower left; then two to the right, two up.
    let cell = spec.grid.index(of: [2, 2])
    #expect(found[0] as? Int == cell && found[3] as? Bool == false && found[4] as? Int == 3 && found[5] as? Int == 2)
    #expect((found[1] as? String)?.contains("α = 0.1") == true)
    let command = try #require(found[2] as? String)
    #expect(command.hasPrefix("frontier trial snr=") && command.hasSuffix("--repetition 2") && !command.contains("batchSize"))
    let words = command.split(separator: " ").dropFirst().map(String.init), run = try Binary(.release).run(words + ["--json"])
    #expect(run.status == 0, "\(run.talk)")
    let object = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    for column in ["forgetAccuracy", "forgetLoss", "retainLoss", "squaredWeightDistance", "tangentGrowth"] {
      let stored = try #require(table.number(column, cell: cell, repetition: 2)), again = try #require((object[column] as? NSNumber)?.doubleValue)
      #expect(abs(stored - again) <= 1e-14 * abs(stored), "\(column)")
    }
    let closed = try #require(browser.results[5] as? [Any])
    #expect(closed[0] is NSNull && closed[1] as? Bool == true)
  }

  /// A slider answers at once; what takes longer comes after.
  @Test func slidersAnswerWithinFiftyMilliseconds() throws {
    let script = """
      const times = []
      for (const id of ["threshold-forgetAccuracyAtMost", "threshold-retainAccuracyAtLeast", "if-stepSize"]) {
        const it = document.getElementById(id)
        for (let i = 0; i < 21; i++) {
          it.value = Number(it.min) + (Number(it.max) - Number(it.min)) * i / 20
          it.dispatchEvent(new Event("input"))
          times.push(Number(document.body.dataset.milliseconds))
          await new Promise(done => requestAnimationFrame(done))
        }
      }
      return times.sort((a, b) => a - b)
      """
    let times = numbers(try Browser(page(quickstart()), [.open("#lines=quenched,quenchedRetain,tangent,aPrioriMeanField"), .run(script)]).results[1])
    print("slider: median \(times[times.count / 2]) ms, slowest \(times.last ?? 0) ms")
    #expect(times.count == 63 && times[times.count / 2] < 50)
  }

  @Test func theViewIsSavedAsSVGAndPNG() throws {
    let script = """
      const text = viewFile(), parsed = new DOMParser().parseFromString(text, "image/svg+xml"), picture = await viewPicture()
      const bytes = new Uint8Array(await picture.arrayBuffer()), image = await createImageBitmap(picture)
      const canvas = document.createElement("canvas"); canvas.width = image.width; canvas.height = image.height
      const context = canvas.getContext("2d"); context.drawImage(image, 0, 0)
      const at = panels[0].rects[0], pixel = [...context.getImageData(3 * (Number(at.getAttribute("x")) + 6), 3 * (Number(at.getAttribute("y")) + 12), 1, 1).data]
      return [parsed.querySelector("parsererror") === null, parsed.querySelectorAll("rect").length, [...bytes.slice(0, 4)].join(), image.width, image.height,
        "#" + pixel.slice(0, 3).map(it => it.toString(16).padStart(2, "0")).join(""), at.getAttribute("fill"), text.includes("Kept: retain accuracy")]
      """
    let found = try #require(try Browser(page(quickstart()), [.open(""), .run(script)]).results[1] as? [Any])
    #expect(found[0] as? Bool == true && found[1] as? Int ?? 0 > 144 && found[2] as? String == "137,80,78,71" && found[7] as? Bool == true)
    #expect(found[3] as? Int == 2880 && found[4] as? Int == 1200 && found[5] as? String == found[6] as? String)
  }

  /// On a phone nothing is wider than the screen; everything that can be changed has a name for who does not see it.
  @Test func itFitsAPhoneAndHasNames() throws {
    let script = """
      const controls = [...document.querySelectorAll("input, select, button")]
      const isNamed = it => it.labels?.length || it.textContent.trim() || it.getAttribute("aria-label")
      return [document.documentElement.scrollWidth, controls.length, controls.filter(it => !isNamed(it)).length,
        [...document.querySelectorAll(".panel")].every(it => it.getAttribute("aria-label") && it.tabIndex === 0), document.getElementById("controls-box").open]
      """
    let browser = try Browser(
      page(quickstart()), [.size(390, 844), .open("#cell=20"), .run(script), .size(1280, 900), .open("#cell=20"), .run(script)])
    for (i, width) in [(2, 390), (5, 1280)] {
      let found = try #require(browser.results[i] as? [Any])
      #expect(found[0] as? Int ?? 9999 <= width && found[1] as? Int ?? 0 > 15 && found[2] as? Int == 0 && found[3] as? Bool == true, "\(found)")
      #expect(found[4] as? Bool == (width > 800))
    }
  }

  /// Of one axis a heatmap is a row, and a cell without a trial is grey; nothing of it is a special case to who walks over it.
  @Test func oneAxisIsARow() throws {
    let spec = try SweepSpec(json5: Array(#"{ name: "row", experiment: "hessian", repetitions: 2, axes: { batchSize: [2, 5, 9] } }"#.utf8), file: "test.json5")
    let results = (0..<spec.trials).map { $0 < 2 ? nil : TrialResult(of: spec.experiment, values: spec.experiment.columns.map { _ in .number(0.5) }) }
    let browser = try Browser(
      page(ResultTable(spec, results)),
      [
        .open(""), .run("document.getElementById('panel-a').focus(); return panels[0].rects.map(it => it.getAttribute('fill'))"),
        .keys(["End", "End", "Enter"]),
        .run("return [state.cell, document.getElementById('readout').textContent, document.getElementById('command').textContent]"),
      ])
    let fills = browser.results[1] as? [String] ?? [], found = browser.results[3] as? [Any] ?? []
    #expect(fills.count == 3 && fills[0] == "#dedede" && fills[1] != "#dedede")
    #expect(found.first as? Int == 2 && (found[1] as? String)?.hasPrefix("B = 9 —") == true)
    #expect(found[2] as? String == "frontier trial --experiment hessian batchSize=9 --seed 1 --repetition 0")
  }
}
