// The lines over a heatmap: observed boundaries, frontiers of criteria that need a network, and those of no network, which a worker follows while sliders move.

/** The parameters of a cell as numbers and names, with what is supposed instead of the sweep's own. */
function parametersAt(places, whatIf) {
  const p = { ...head.parameters }
  head.axes.forEach((axis, i) => { p[axis.name] = axis.numbers ? axis.numbers[places[i]] : axis.values[places[i]] })
  return { ...p, ...whatIf }
}

const isLive = (criterion, x, y) => criterion.followed.length > 0 && Boolean(liveCriteria[criterion.name]) && x.scale !== "names" && y.scale !== "names"
  && (criterion.followed.includes(x.name) || criterion.followed.includes(y.name))

/** Whether a criterion is drawn over a value: an event that it speaks of, or any measurement. */
function isDrawnOver(criterion, name) {
  const event = eventNamed(name)
  return !event || event.drawn.includes(criterion.predicts)
}

const liveAxis = axis => ({ name: axis.name, isLogarithmic: axis.scale === "logarithmic", low: axis.edges[0], high: axis.edges[axis.edges.length - 1] })

/** What is asked of the worker for a line, as far as it matters: the same question is asked once. */
function question(criterion, steps) {
  const x = axisNamed(state.x), y = axisNamed(state.y), parameters = parametersAt(head.axes.map(axis => state.held[axis.name]), state.whatIf)
  delete parameters[x.name]
  delete parameters[y.name]
  // A forget set of whole samples belongs to the cell, and is moved from there, as the command does it.
  const first = { ...parameters, [x.name]: x.numbers[x.order[0]], [y.name]: y.numbers[y.order[0]] }
  return { name: criterion.name, parameters: first, limits: state.thresholds, x: liveAxis(x), y: liveAxis(y), steps }
}

class Frontiers {
  constructor(changed) {
    this.changed = changed
    this.known = new Map()
    this.queue = []
    this.isBusy = false
    const source = document.getElementById("worker").textContent
    this.worker = new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })))
    this.worker.onmessage = ({ data }) => {
      this.isBusy = false
      this.known.set(data.key, data.lines)
      if (this.known.size > 400) this.known.delete(this.known.keys().next().value)
      this.changed()
      this.next()
    }
  }

  /** The finest that is known of a criterion's frontier; a coarse one is asked for first, then a fine one. */
  of(criterion) {
    const [coarse, fine] = [14, 60].map(steps => question(criterion, steps)), keys = [coarse, fine].map(q => JSON.stringify(q))
    const found = this.known.get(keys[1]) ?? this.known.get(keys[0])
    if (!this.known.has(keys[1])) this.wanted.push(...(this.known.has(keys[0]) ? [] : [[keys[0], coarse]]), [keys[1], fine])
    return found ?? null
  }

  /** Between these what was asked for before, and is no longer wanted, is forgotten. */
  begin() { this.wanted = [] }

  end() {
    this.queue = this.wanted.sort((a, b) => a[1].steps - b[1].steps)
    this.next()
  }

  get isSettled() { return !this.isBusy && this.queue.length === 0 }

  next() {
    if (this.isBusy) return
    while (this.queue.length) {
      const [key, asked] = this.queue.shift()
      if (this.known.has(key)) continue
      this.isBusy = true
      this.worker.postMessage({ key, asked })
      return
    }
  }
}

/** The cells of the plane, row by row from below. */
function planeCells() {
  const x = axisNamed(state.x), y = axisNamed(state.y)
  return y.order.flatMap(row => x.order.map(column => cellAt(head.axes.map(axis => axis === x ? column : axis === y ? row : state.held[axis.name]))))
}

function contourOf(values) { return contour(values, axisNamed(state.x).positions, axisNamed(state.y).positions) }
