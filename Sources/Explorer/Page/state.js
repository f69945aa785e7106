// What is looked at: kept in the address of the page, so that a link shows the same again and the browser's arrows go back and forth.

const standardThresholds = Object.fromEntries(head.thresholds.map(t => [t.name, t.value]))

function standardState() {
  const view = head.views[0], axes = head.axes.map(axis => axis.name)
  const [x, y] = view ? [view.x, view.y] : [axes[0], axes[1] ?? axes[0]]
  const shown = (view?.values ?? []).slice(0, 2)
  const events = head.events.map(event => event.name).filter(name => !shown.includes(name))
  while (shown.length < 2) shown.push(events.shift() ?? head.columns[0].name)
  return {
    x, y, shown, lines: view?.frontiers ?? [], held: Object.fromEntries(head.axes.map(axis => [axis.name, Math.floor((axis.values.length - 1) / 2)])),
    thresholds: { ...standardThresholds }, whatIf: {}, cell: null,
  }
}

let state = standardState()

/** Only what differs from the start. */
function written(state) {
  const start = standardState(), words = new URLSearchParams()
  for (const key of ["x", "y"]) if (state[key] !== start[key]) words.set(key, state[key])
  for (const key of ["shown", "lines"]) if (state[key].join() !== start[key].join()) words.set(key, state[key].join())
  for (const axis of head.axes) {
    if (state.held[axis.name] !== start.held[axis.name]) words.set("at." + axis.name, axis.values[state.held[axis.name]])
  }
  for (const { name } of head.thresholds) if (state.thresholds[name] !== standardThresholds[name]) words.set("threshold." + name, state.thresholds[name])
  for (const [name, value] of Object.entries(state.whatIf)) words.set("if." + name, value)
  if (state.cell !== null) words.set("cell", state.cell)
  return words.toString()
}

/** What is not possible is left as it is at the start. */
function read(text) {
  const state = standardState(), words = new URLSearchParams(text)
  for (const key of ["x", "y"]) if (axisNamed(words.get(key))) state[key] = words.get(key)
  if (state.x === state.y && head.axes.length > 1) state.y = head.axes.find(axis => axis.name !== state.x).name
  const shown = (words.get("shown") ?? "").split(",").filter(isShowable)
  if (shown.length === 2) state.shown = shown
  if (words.has("lines")) state.lines = words.get("lines").split(",").filter(criterionNamed)
  for (const axis of head.axes) {
    const place = axis.values.indexOf(words.get("at." + axis.name))
    if (place >= 0) state.held[axis.name] = place
  }
  for (const { name, low, high } of head.thresholds) {
    const value = Number(words.get("threshold." + name) ?? NaN)
    // Where a slider could stop: only there are counts those of all trials.
    const position = Math.round((low + Math.round((value - low) / head.sliderStep) * head.sliderStep) * 1000) / 1000
    if (value >= low && value <= high) state.thresholds[name] = value === standardThresholds[name] ? value : position
  }
  for (const { name, low, high } of head.whatIf) {
    const value = Number(words.get("if." + name) ?? NaN)
    if (value >= low && value <= high) state.whatIf[name] = value
  }
  const cell = Number(words.get("cell") ?? NaN)
  if (Number.isInteger(cell) && cell >= 0 && cell < head.cells) state.cell = cell
  return state
}

const isShowable = name => Boolean(eventNamed(name) || head.columns.some(column => column.name === name))

/** While a slider is dragged the entry is replaced; what is settled is a step that one can go back from. */
function remember(isSettled) {
  const hash = "#" + written(state)
  if (location.hash === hash || (hash === "#" && !location.hash)) return
  history[isSettled ? "pushState" : "replaceState"](null, "", hash)
}
