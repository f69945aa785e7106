// The page: the state is shown, and only what depends on a change is made again.

const $ = id => document.getElementById(id)
const panels = [new Heatmap("a"), new Heatmap("b")]
let judged = {}, frontiers, cells = []

// MARK: - What follows from the state

/** Judges the events that a threshold decides, or all. */
function judge(threshold) {
  const decides = rule => JSON.stringify(rule).includes(`"${threshold}"`)
  for (const event of head.events) {
    if (!threshold || decides(event.rule)) judged[event.name] = judgeEvent(event, state.thresholds)
  }
  showVerdicts()
}

function refreshAll() {
  const x = axisNamed(state.x), y = axisNamed(state.y)
  panels.forEach((panel, i) => panel.build(x, y, titleOf(state.shown[i])))
  buildControls()
  refreshPlane()
}

function titleOf(name) {
  const event = eventNamed(name)
  return event ? event.words.replace(/\{(\w+)\}/g, (_, threshold) => state.thresholds[threshold]) : `mean of ${name}`
}

function refreshPlane() {
  cells = planeCells()
  panels.forEach((panel, i) => {
    const name = state.shown[i], event = eventNamed(name), all = event ? judged[name].rates : columns["mean/" + name].values
    const values = Float64Array.from(cells, cell => all[cell])
    panel.title.textContent = titleOf(name)
    panel.paint(values, valueScale([...values], Boolean(event)), event ? "share of trials" : `mean of ${name}`)
  })
  refreshLines()
  showCell()
}

function refreshLines() {
  const x = axisNamed(state.x), y = axisNamed(state.y)
  frontiers.begin()
  panels.forEach((panel, i) => {
    const name = state.shown[i], event = eventNamed(name), lines = []
    for (const criterion of head.criteria) {
      if (!state.lines.includes(criterion.name) || !isDrawnOver(criterion, name)) continue
      const medians = () => contourOf(Float64Array.from(cells, cell => mediansOf(criterion, state.thresholds)[cell]))
      const paths = isLive(criterion, x, y) ? frontiers.of(criterion) : medians()
      if (paths) lines.push({ paths, colour: criterion.colour, dash: criterion.dash, width: 2.2, name: criterion.name })
    }
    for (const part of event ? (event.parts.length ? event.parts.map(eventNamed) : [event]) : []) {
      const paths = contourOf(Float64Array.from(cells, cell => judged[part.name].rates[cell] - 0.5))
      lines.push({ paths, colour: part.colour, dash: [], width: 2.4, name: "observed " + part.name })
    }
    panel.draw(lines)
  })
  frontiers.end()
  document.body.dataset.settled = frontiers.isSettled
}

function showVerdicts() {
  const interval = (found, name, number) => {
    const known = isStandard() ? found?.[name] : null, whole = document.createElement("span"), range = document.createElement("span")
    whole.append(three(number))
    if (known?.low != null) {
      range.className = "interval"
      range.textContent = `${three(known.low)} – ${three(known.high)}`
      whole.append(range)
    }
    return whole
  }
  const tables = head.events.filter(event => event.prediction).map(event => {
    const { rates, trials, happened, known } = judged[event.name]
    const rows = head.criteria.filter(criterion => criterion.predicts === event.prediction).map(criterion => {
      const found = agreement(rates, mediansOf(criterion, state.thresholds)), own = head.verdicts[`${event.name}/${criterion.name}`]
      const area = areaUnderROC(criterion, trials), command = isStandard() && Number.isNaN(area) ? own?.areaUnderROC?.value ?? NaN : area
      return found.cells === 0 ? null : {
        order: Number.isNaN(found.balancedAccuracy) ? -1 : found.balancedAccuracy,
        cells: [
          criterion.name, interval(own, "onRightSide", found.onRightSide), interval(own, "balancedAccuracy", found.balancedAccuracy),
          interval(own, "intersectionOverUnion", found.intersectionOverUnion), interval(own, "areaUnderROC", command), interval(own, "bias", found.bias),
          claimWords(criterion, found),
        ],
      }
    }).filter(Boolean).sort((a, b) => b.order - a.order).map(row => row.cells)
    const made = table(`${titleOf(event.name)}: ${happened} of ${known} trials`, ["criterion", "right", "balanced", "IoU", "AUC", "bias", "claim"], rows)
    made.dataset.event = event.name
    return made
  })
  $("verdicts").replaceChildren(...tables)
  $("happened").replaceChildren(table("Trials", ["event", "happened", "of"],
    head.events.filter(event => judged[event.name].known > 0).map(event => [titleOf(event.name), String(judged[event.name].happened), String(judged[event.name].known)])))
}

const isStandard = () => head.thresholds.every(({ name, value }) => state.thresholds[name] === value)

// MARK: - One cell

function showCell(hovered) {
  const cell = hovered ?? state.cell, place = cell === null ? -1 : cells.indexOf(cell)
  panels.forEach(panel => panel.select(place >= 0 ? place : null))
  if (cell === null) { $("readout").textContent = "Point at a cell, or use the arrow keys on a panel."; $("cell").replaceChildren(); return }
  const shares = state.shown.map(name => eventNamed(name)
    ? `${eventNamed(name).short}: ${three(judged[name].rates[cell])} of ${judged[name].counts[cell]}` : `${name}: ${shortNumber(columns["mean/" + name].values[cell])}`)
  $("readout").textContent = `${cellWords(cell)} — ${shares.join("; ")}`
  $("cell").replaceChildren(...cellTables(cell, judged))
}

function openCell(cell) {
  const commands = document.createElement("div"), figure = courseFigure(cell), heading = document.createElement("h3")
  heading.textContent = cellWords(cell)
  const command = document.createElement("pre"), pick = document.createElement("input"), copy = document.createElement("button")
  const isTraced = document.createElement("input")
  Object.assign(pick, { type: "number", min: 0, max: head.repetitions - 1, value: 0, id: "repetition" })
  Object.assign(isTraced, { type: "checkbox", id: "traced" })
  copy.textContent = "copy"
  const write = () => {
    const repetition = Math.min(Math.max(Math.round(Number(pick.value)) || 0, 0), head.repetitions - 1)
    command.textContent = trialCommand(cell, repetition, isTraced.checked ? ["--trace", "trial.csv"] : [])
  }
  pick.addEventListener("input", write)
  isTraced.addEventListener("input", write)
  copy.addEventListener("click", async () => {
    await navigator.clipboard?.writeText(command.textContent).catch(() => {})
    getSelection().selectAllChildren(command)
    copy.textContent = "copied"
    setTimeout(() => { copy.textContent = "copy" }, 1500)
  })
  command.id = "command"
  write()
  commands.append(control("repetition", pick), control("with its course, step by step (--trace)", isTraced), command, copy)
  $("trial").replaceChildren(heading, ...(figure ? [figure] : []), commands, trialTable(cell))
  $("trial-box").hidden = false
}

function listenTo(panel, i) {
  const cellOf = event => event.target.dataset?.place === undefined ? null : cells[Number(event.target.dataset.place)]
  panel.svg.addEventListener("pointermove", event => { const cell = cellOf(event); if (cell !== null) showCell(cell) })
  panel.svg.addEventListener("pointerleave", () => showCell())
  panel.svg.addEventListener("click", event => {
    const cell = cellOf(event)
    if (cell === null) return
    state.cell = cell
    showCell()
    openCell(cell)
    remember(true)
  })
  panel.svg.parentElement.addEventListener("keydown", event => {
    const columns = axisNamed(state.x).order.length, rows = axisNamed(state.y).order.length, now = Math.max(cells.indexOf(state.cell), 0)
    const [column, row] = [now % columns, Math.floor(now / columns)]
    const to = {
      ArrowLeft: [column - 1, row], ArrowRight: [column + 1, row], ArrowUp: [column, row + 1], ArrowDown: [column, row - 1], Home: [0, row], End: [columns - 1, row],
    }[event.key]
    if (to) {
      const isFirst = cells.indexOf(state.cell) < 0
      state.cell = isFirst ? cells[now] : cells[Math.min(Math.max(to[1], 0), rows - 1) * columns + Math.min(Math.max(to[0], 0), columns - 1)]
      showCell()
      remember(false)
    } else if (event.key === "Enter" && state.cell !== null) { openCell(state.cell); remember(true) } else if (event.key === "Escape") {
      state.cell = null
      $("trial-box").hidden = true
      showCell()
      remember(true)
    } else return
    event.preventDefault()
  })
}

// MARK: - Taking it away

function save(name, blob) {
  const link = document.createElement("a")
  Object.assign(link, { href: URL.createObjectURL(blob), download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 1000)
}

/** Both panels in one drawing. */
function viewFile() {
  const both = element("svg", { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${2 * size.width} ${size.height}`, width: 2 * size.width, height: size.height })
  panels.forEach((panel, i) => {
    const part = panel.svg.cloneNode(true)
    for (const [key, value] of Object.entries({ x: i * size.width, y: 0, width: size.width, height: size.height })) part.setAttribute(key, value)
    both.append(part)
  })
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(both)}`
}

async function viewPicture(scale = 3) {
  const image = new Image(), url = URL.createObjectURL(new Blob([viewFile()], { type: "image/svg+xml" }))
  image.src = url
  await image.decode()
  const canvas = document.createElement("canvas")
  Object.assign(canvas, { width: 2 * size.width * scale, height: size.height * scale })
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height)
  URL.revokeObjectURL(url)
  return new Promise(done => canvas.toBlob(done, "image/png"))
}

/** The numbers of both panels for who does not see them. */
function showNumbers() {
  const x = axisNamed(state.x), y = axisNamed(state.y)
  $("numbers").replaceChildren(...state.shown.map(name => {
    const all = eventNamed(name) ? judged[name].rates : columns["mean/" + name].values
    const rows = y.order.map((place, row) => [y.values[place], ...x.order.map((_, column) => {
      const number = all[cells[row * x.order.length + column]]
      return Number.isNaN(number) ? "–" : shortNumber(number)
    })]).reverse()
    return table(`${titleOf(name)}; rows: ${y.label}, columns: ${x.label}`, ["", ...x.order.map(place => x.values[place])], rows)
  }))
}

async function start() {
  await unpackAll()
  state = read(location.hash.slice(1))
  $("controls-box").open = !matchMedia("(max-width: 800px)").matches
  frontiers = new Frontiers(() => refreshLines())
  panels.forEach((panel, i) => {
    $("panel-" + panel.id).append(panel.svg)
    listenTo(panel, i)
  })
  judge()
  refreshAll()
  if (state.cell !== null) openCell(state.cell)
  addEventListener("popstate", () => {
    state = read(location.hash.slice(1))
    judge()
    refreshAll()
    if (state.cell !== null) openCell(state.cell); else $("trial-box").hidden = true
  })
  $("reset").addEventListener("click", () => {
    state = standardState()
    judge()
    refreshAll()
    remember(true)
  })
  $("save-svg").addEventListener("click", () => save(`${head.name}.svg`, new Blob([viewFile()], { type: "image/svg+xml" })))
  $("save-png").addEventListener("click", async () => save(`${head.name}.png`, await viewPicture()))
  $("numbers-box").addEventListener("toggle", () => { if ($("numbers-box").open) showNumbers() })
  document.body.dataset.ready = "true"
}

start().catch(error => { $("readout").textContent = `This page could not be shown: ${error.message}`; throw error })
