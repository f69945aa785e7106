// A heatmap as SVG: the same elements on the page and in the file that is saved.

const size = { width: 480, height: 400, left: 62, top: 40, right: 74, bottom: 52 }
const plot = { x: size.left, y: size.top, width: size.width - size.left - size.right, height: size.height - size.top - size.bottom }

function element(name, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  made.append(...children)
  return made
}

const round = x => Math.round(x * 100) / 100

/** From coordinates of two axes to the plot. */
function placing(x, y) {
  const ends = axis => [axis.edges[0], axis.edges[axis.edges.length - 1]]
  const [left, right] = ends(x), [bottom, top] = ends(y)
  return {
    x: a => plot.x + plot.width * (a - left) / (right - left), y: b => plot.y + plot.height * (top - b) / (top - bottom),
  }
}

function shortNumber(number) {
  if (number === 0) return "0"
  const magnitude = Math.abs(number)
  if (magnitude >= 1e5 || magnitude < 1e-3) return number.toExponential(Number.isInteger(Math.log10(magnitude)) ? 0 : 2).replace("e+", "e")
  return String(Number(number.toPrecision(4)))
}

/** Marks with words at round numbers of an axis, or at all names. */
function ticksOf(axis, most) {
  const low = axis.edges[0], high = axis.edges[axis.edges.length - 1]
  if (axis.scale === "names") return axis.positions.map((position, i) => ({ position, label: axis.values[axis.order[i]] }))
  if (axis.scale === "logarithmic") {
    for (const digits of [[1, 2, 5], [1, 3], [1]]) {
      const found = []
      for (let decade = Math.floor(low / Math.LN10); decade <= Math.ceil(high / Math.LN10); decade++) {
        for (const digit of digits) {
          const number = Number(`${digit}e${decade}`), position = Math.log(number)
          if (position >= low - 1e-9 && position <= high + 1e-9) found.push({ position, label: shortNumber(number) })
        }
      }
      if (found.length >= 2 && found.length <= most) return found
    }
    return linearTicks(Math.exp(low), Math.exp(high), most).filter(t => t.position > 0).map(t => ({ position: Math.log(t.position), label: t.label }))
  }
  return linearTicks(low, high, most)
}

function linearTicks(low, high, most) {
  const rough = (high - low) / most, power = 10 ** Math.floor(Math.log10(rough))
  const step = power * ([1, 2, 2.5, 5, 10].find(factor => factor * power >= rough * 0.999) ?? 10)
  const found = []
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) found.push({ position: i * step, label: shortNumber(Number((i * step).toPrecision(12))) })
  return found
}

class Heatmap {
  /** - id: tells its parts from those of other heatmaps on the page. */
  constructor(id) {
    this.id = id
    this.svg = element("svg", { viewBox: `0 0 ${size.width} ${size.height}`, xmlns: "http://www.w3.org/2000/svg", role: "group" })
    this.svg.style.fontFamily = "'DejaVu Sans', Verdana, sans-serif"
  }

  /** Cells, axes and all that does not change while sliders move. */
  build(x, y, title) {
    this.x = x
    this.y = y
    const at = this.at = placing(x, y)
    this.rects = []
    const cells = element("g", { "shape-rendering": "crispEdges" })
    y.order.forEach((_, row) => x.order.forEach((_, column) => {
      const left = at.x(x.edges[column]), right = at.x(x.edges[column + 1]), top = at.y(y.edges[row + 1]), bottom = at.y(y.edges[row])
      const rect = element("rect", { x: round(left), y: round(top), width: round(right - left), height: round(bottom - top) })
      rect.dataset.place = row * x.order.length + column
      this.rects.push(rect)
      cells.append(rect)
    }))
    this.lines = element("g", { fill: "none", "stroke-linejoin": "round", "clip-path": `url(#clip-${this.id})` })
    this.mark = element("rect", { fill: "none", stroke: "#fff", "stroke-width": 3, visibility: "hidden", "pointer-events": "none" })
    this.inner = element("rect", { fill: "none", stroke: "#000", "stroke-width": 1.2, visibility: "hidden", "pointer-events": "none" })
    this.bar = element("g", { "font-size": 11 })
    const clip = element("clipPath", { id: `clip-${this.id}` }, element("rect", plot))
    const frame = element("rect", { ...plot, fill: "none", stroke: "#1a1a1a", "pointer-events": "none" })
    this.title = element("text", { x: plot.x, y: 24, "font-size": 14, "font-weight": "bold", fill: "#1a1a1a" }, title)
    this.svg.replaceChildren(
      element("rect", { width: size.width, height: size.height, fill: "#fff" }), clip, this.title, cells, this.lines, this.mark, this.inner, frame, this.axes(),
      this.bar)
  }

  axes() {
    const group = element("g", { "font-size": 11, fill: "#1a1a1a" })
    const below = plot.y + plot.height
    for (const tick of ticksOf(this.x, 7)) {
      const x = round(this.at.x(tick.position))
      group.append(element("line", { x1: x, x2: x, y1: below, y2: below + 4, stroke: "#1a1a1a" }))
      group.append(element("text", { x, y: below + 17, "text-anchor": "middle" }, tick.label))
    }
    for (const tick of ticksOf(this.y, 9)) {
      const y = round(this.at.y(tick.position))
      group.append(element("line", { x1: plot.x - 4, x2: plot.x, y1: y, y2: y, stroke: "#1a1a1a" }))
      group.append(element("text", { x: plot.x - 7, y: y + 4, "text-anchor": "end" }, tick.label))
    }
    group.append(element("text", { x: plot.x + plot.width / 2, y: below + 38, "text-anchor": "middle", "font-size": 13 }, this.x.label))
    const middle = plot.y + plot.height / 2
    group.append(element("text", { x: 15, y: middle, "text-anchor": "middle", "font-size": 13, transform: `rotate(-90 15 ${middle})` }, this.y.label))
    return group
  }

  /** Colours of the cells; `values` by place, NaN where there is none. */
  paint(values, scale, words) {
    this.rects.forEach((rect, place) => {
      const colour = Number.isNaN(values[place]) ? "#dedede" : scale.colour(values[place])
      if (rect.getAttribute("fill") !== colour) rect.setAttribute("fill", colour)
    })
    const left = plot.x + plot.width + 12, steps = 40
    const parts = Array.from({ length: steps }, (_, i) => {
      const share = (i + 0.5) / steps
      const value = scale.kind === "logarithmic" ? scale.low * (scale.high / scale.low) ** share : scale.low + (scale.high - scale.low) * share
      const y = plot.y + plot.height * (1 - (i + 1) / steps)
      return element("rect", { x: left, y: round(y), width: 11, height: round(plot.height / steps + 0.5), fill: scale.colour(value) })
    })
    const ends = [[scale.low, 0], [scale.kind === "logarithmic" ? Math.sqrt(scale.low * scale.high) : (scale.low + scale.high) / 2, 0.5], [scale.high, 1]]
    for (const [number, share] of ends) {
      parts.push(element("text", { x: left + 15, y: round(plot.y + plot.height * (1 - share) + 4), fill: "#1a1a1a" }, shortNumber(number)))
    }
    const middle = plot.y + plot.height / 2, x = size.width - 8
    parts.push(element("text", { x, y: middle - 40, "text-anchor": "middle", transform: `rotate(-90 ${x} ${middle - 40})`, fill: "#595959" }, words))
    this.bar.replaceChildren(...parts)
  }

  /** Lines in the coordinates of the axes, each with its stroke and what it is. */
  draw(lines) {
    this.lines.replaceChildren(...lines.flatMap(({ paths, colour, dash, width, name }) => {
      const d = paths.map(path => path.map(([a, b], i) => `${i ? "L" : "M"}${round(this.at.x(a))} ${round(this.at.y(b))}`).join("")).join("")
      if (!d) return []
      const under = element("path", { d, stroke: "#fff", "stroke-opacity": 0.75, "stroke-width": width + 2.4 })
      const over = element("path", { d, stroke: colour, "stroke-width": width, "stroke-dasharray": dash.join(" ") })
      over.dataset.line = name
      over.paths = paths
      return [under, over]
    }))
  }

  /** A frame about a cell, or none. */
  select(place) {
    for (const frame of [this.mark, this.inner]) {
      if (place === null) { frame.setAttribute("visibility", "hidden"); continue }
      for (const key of ["x", "y", "width", "height"]) frame.setAttribute(key, this.rects[place].getAttribute(key))
      frame.setAttribute("visibility", "visible")
    }
  }
}
