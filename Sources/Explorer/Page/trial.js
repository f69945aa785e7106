// One cell in full: what is known of it, its trials, and the command that runs one of them again.

const three = number => Number.isNaN(number) ? "–" : (Math.round(number * 1000) / 1000).toFixed(3)

/** As in "SNR = 0.1, α = 0.2". */
function cellWords(cell) {
  const places = placesOf(cell)
  return head.axes.filter(axis => !axis.isBlank).map((axis, i) => `${axis.symbol || axis.name} = ${axis.numbers ? shortNumber(axis.numbers[places[i]]) : axis.values[places[i]]}`).join(", ")
}

/** A word as a shell must see it. */
function quoted(word) { return /^[A-Za-z0-9_\-./=,:+@%]+$/.test(word) ? word : "'" + word.replaceAll("'", "'\\''") + "'" }

/** What runs a trial again, with the same bits: values as the specification writes them, defaults left out. */
function trialCommand(cell, repetition, further = []) {
  const places = placesOf(cell), words = ["frontier", "trial"]
  if (head.experiment !== head.standardExperiment) words.push("--experiment", head.experiment)
  if ((head.texts.data ?? "none") !== "none") words.push("--data", "output/" + head.name)
  for (const { name, standard } of head.allParameters) {
    if (name === "data") continue
    const axis = head.axes.findIndex(axis => axis.name === name)
    const text = axis >= 0 ? head.axes[axis].values[places[axis]] : head.texts[name]
    if (text !== standard) words.push(`${name}=${text}`)
  }
  words.push("--seed", String(head.seed), "--repetition", String(repetition), ...further)
  return words.map(quoted).join(" ")
}

/** - cells: texts or elements. */
function row(cells, kind = "td") {
  const row = document.createElement("tr")
  cells.forEach((text, i) => {
    const cell = document.createElement(i === 0 && kind === "td" ? "th" : kind)
    if (cell.tagName === "TH") cell.scope = kind === "td" ? "row" : "col"
    cell.append(text)
    row.append(cell)
  })
  return row
}

function table(caption, header, rows) {
  const table = document.createElement("table"), title = document.createElement("caption"), top = document.createElement("thead"), body = document.createElement("tbody")
  title.textContent = caption
  top.append(row(header, "th"))
  body.append(...rows.map(cells => row(cells)))
  table.append(title, top, body)
  return table
}

/** Every event's share and every criterion's word on a cell. */
function cellTables(cell, judged) {
  const events = head.events.filter(event => judged[event.name].counts[cell] > 0)
  const shares = events.map(event => [titleOf(event.name), three(judged[event.name].rates[cell]), String(judged[event.name].counts[cell])])
  const criteria = head.criteria.map(criterion => {
    const margin = mediansOf(criterion, state.thresholds)[cell]
    return [criterion.name, criterion.predictsWords, says(criterion, margin), Number.isNaN(margin) ? "–" : shortNumber(margin)]
  })
  return [
    table("What happened here", ["event", "share of trials", "n"], shares),
    table("What criteria say of it", ["criterion", "predicts", "says", "median margin"], criteria),
  ]
}

/** The trials of a cell, by what was kept of each. */
function trialTable(cell) {
  if (!head.isDetailed) return document.createTextNode("There are too many trials to have each of them here; run the command above to see one.")
  const names = head.details
  const value = (name, trial) => {
    const number = columns["detail/" + name].at(trial)
    return Number.isNaN(number) ? "–" : shortNumber(number)
  }
  const rows = Array.from({ length: head.repetitions }, (_, k) => {
    const trial = cell * head.repetitions + k
    return [String(k), ...names.map(name => value(name, trial))]
  })
  return table("Its trials", ["repetition", ...names], rows)
}

/** Before and after unlearning, a line a trial: how far accuracies and losses moved. */
function courseFigure(cell) {
  const pairs = head.details.filter(name => head.details.includes(name + "Before") && columns["detail/" + name])
  if (!pairs.length) return null
  const width = 150, height = 120, svg = element("svg", { viewBox: `0 0 ${pairs.length * width} ${height + 40}`, role: "img", class: "course" })
  svg.append(element("title", {}, "Accuracies and losses before and after unlearning, a line for each repetition"))
  pairs.forEach((name, i) => {
    const trials = Array.from({ length: head.repetitions }, (_, k) => cell * head.repetitions + k)
    const lines = trials.map(trial => [columns[`detail/${name}Before`].at(trial), columns["detail/" + name].at(trial)]).filter(line => !line.some(Number.isNaN))
    const all = lines.flat(), isShare = name.endsWith("Accuracy"), isLog = !isShare && all.length > 0 && Math.min(...all) > 0
    const scaled = value => isLog ? Math.log10(value) : value
    const low = isShare ? 0 : Math.min(...all.map(scaled)), high = isShare ? 1 : Math.max(...all.map(scaled)), reach = high > low ? high - low : 1
    const x = i * width + 46, at = value => 24 + height * (1 - (scaled(value) - low) / reach)
    svg.append(element("text", { x, y: 14, "font-size": 11, "font-weight": "bold" }, name))
    svg.append(element("line", { x1: x, x2: x, y1: 24, y2: 24 + height, stroke: "#999" }), element("line", { x1: x + 70, x2: x + 70, y1: 24, y2: 24 + height, stroke: "#999" }))
    for (const end of all.length ? (isShare ? [0, 1] : [Math.min(...all), Math.max(...all)]) : []) {
      svg.append(element("text", { x: x - 4, y: at(end) + 4, "font-size": 10, "text-anchor": "end" }, shortNumber(end)))
    }
    for (const [before, after] of lines) svg.append(element("line", { x1: x, x2: x + 70, y1: at(before), y2: at(after), stroke: "#1f5c8b", "stroke-opacity": 0.6 }))
    svg.append(element("text", { x: x - 6, y: height + 37, "font-size": 10 }, "before"), element("text", { x: x + 56, y: height + 37, "font-size": 10 }, "after"))
  })
  return svg
}
