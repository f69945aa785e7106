// The controls: each changes the state, and has what depends on it shown again.

function control(label, input, output) {
  const box = document.createElement("div"), words = document.createElement("label")
  box.className = "control"
  words.textContent = label
  words.htmlFor = input.id
  box.append(words, input)
  if (output) { output.className = "value"; words.append(" ", output) }
  return box
}

function choice(id, options, value, changed) {
  const select = document.createElement("select")
  select.id = id
  select.append(...options.map(({ value, words }) => new Option(words, value)))
  select.value = value
  select.addEventListener("change", () => changed(select.value))
  return select
}

function slider(id, { low, high, step, value }, words, changed) {
  const input = document.createElement("input"), output = document.createElement("output")
  Object.assign(input, { id, type: "range", min: low, max: high, step, value })
  output.textContent = words(value)
  input.setAttribute("aria-valuetext", words(value))
  const tell = isSettled => () => {
    const started = performance.now(), number = Number(input.value)
    output.textContent = words(number)
    input.setAttribute("aria-valuetext", words(number))
    changed(number, isSettled)
    document.body.dataset.milliseconds = performance.now() - started
  }
  input.addEventListener("input", tell(false))
  input.addEventListener("change", tell(true))
  return [input, output]
}

function buildControls() {
  const axes = head.axes.map(axis => ({ value: axis.name, words: axis.label || `(a single ${axis.name})` }))
  const pick = key => name => {
    const other = key === "x" ? "y" : "x"
    if (name === state[other]) state[other] = state[key]
    state[key] = name
    refreshAll()
    remember(true)
  }
  $("axes").replaceChildren(control("x axis", choice("x", axes, state.x, pick("x"))), control("y axis", choice("y", axes, state.y, pick("y"))))
  const values = head.events.filter(event => event.isShown).map(event => ({ value: event.name, words: event.subject }))
    .concat(head.columns.map(column => ({ value: column.name, words: `mean of ${column.name}` })))
  $("shown").replaceChildren(...["left", "right"].map((side, i) => control(`${side} panel`, choice("shown-" + side, values, state.shown[i], name => {
    state.shown[i] = name
    refreshAll()
    remember(true)
  }))))
  buildHeld()
  buildThresholds()
  buildLines()
  buildWhatIf()
}

function buildHeld() {
  const others = head.axes.filter(axis => axis.name !== state.x && axis.name !== state.y && axis.values.length > 1)
  $("held-box").hidden = others.length === 0
  $("held").replaceChildren(...others.map(axis => {
    const set = place => { state.held[axis.name] = place }
    if (axis.scale === "names") {
      const options = axis.values.map((value, i) => ({ value: String(i), words: value }))
      return control(axis.label, choice("held-" + axis.name, options, String(state.held[axis.name]), value => { set(Number(value)); refreshPlane(); remember(true) }))
    }
    const words = step => shortNumber(axis.numbers[axis.order[step]])
    const [input, output] = slider("held-" + axis.name, { low: 0, high: axis.values.length - 1, step: 1, value: axis.order.indexOf(state.held[axis.name]) }, words,
      (step, isSettled) => { set(axis.order[step]); refreshPlane(); remember(isSettled) })
    return control(axis.label, input, output)
  }))
}

function buildThresholds() {
  $("thresholds-box").hidden = head.thresholds.length === 0
  $("thresholds").replaceChildren(...head.thresholds.map(threshold => {
    const [input, output] = slider("threshold-" + threshold.name, { low: threshold.low, high: threshold.high, step: head.sliderStep, value: state.thresholds[threshold.name] },
      number => String(number), (number, isSettled) => {
        state.thresholds[threshold.name] = number
        judge(threshold.name)
        refreshPlane()
        remember(isSettled)
      })
    input.title = threshold.meaning
    return control(threshold.label, input, output)
  }))
}

function buildLines() {
  const drawn = head.criteria.filter(criterion => state.shown.some(name => isDrawnOver(criterion, name)))
  $("lines").replaceChildren(...drawn.map(criterion => {
    const label = document.createElement("label"), box = document.createElement("input"), sample = element("svg", { viewBox: "0 0 34 8", width: 34, height: 8, "aria-hidden": "true" })
    Object.assign(box, { type: "checkbox", id: "line-" + criterion.name, checked: state.lines.includes(criterion.name) })
    box.addEventListener("change", () => {
      state.lines = box.checked ? [...state.lines, criterion.name] : state.lines.filter(name => name !== criterion.name)
      refreshLines()
      remember(true)
    })
    sample.append(element("line", { x1: 0, x2: 34, y1: 4, y2: 4, stroke: criterion.colour, "stroke-width": 2.2, "stroke-dasharray": criterion.dash.join(" ") }))
    label.title = `${criterion.title}: ${criterion.formula}`
    label.append(box, sample, ` ${criterion.name}`)
    return label
  }))
}

function buildWhatIf() {
  const axes = head.axes.map(axis => axis.name), free = head.whatIf.filter(item => !axes.includes(item.name))
  $("whatif-box").hidden = free.length === 0 || !head.criteria.some(criterion => criterion.followed.length && liveCriteria[criterion.name])
  $("whatif").replaceChildren(...free.map(item => {
    const shown = position => item.isWhole ? Math.round(Math.exp(position)) : Number(Math.exp(position).toPrecision(4)), own = item.value
    const start = state.whatIf[item.name] ?? own
    const [input, output] = slider("if-" + item.name, { low: Math.log(item.low), high: Math.log(item.high), step: "any", value: Math.log(start) },
      position => shortNumber(shown(position)), (position, isSettled) => {
        state.whatIf[item.name] = shown(position)
        tellWhatIf()
        refreshLines()
        remember(isSettled)
      })
    return control(item.label, input, output)
  }))
  tellWhatIf()
}

/** What is theory alone is told where the lines are. */
function tellWhatIf() {
  const supposed = Object.entries(state.whatIf).filter(([name, value]) => value !== head.whatIf.find(item => item.name === name).value)
  $("supposed").textContent = supposed.length
    ? `Lines that need no network suppose ${supposed.map(([name, value]) => `${name} = ${shortNumber(value)}`).join(", ")}; cells and all else are the sweep's.` : ""
}
