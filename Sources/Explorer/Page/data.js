// The sweep as the page holds it: what the specification says, and columns of numbers, unpacked from zlib streams.

const head = JSON.parse(document.getElementById("head").textContent)
const columns = {}

async function unpack(block) {
  const packed = Uint8Array.from(atob(block.data), letter => letter.charCodeAt(0))
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"))
  const bytes = await new Response(stream).arrayBuffer()
  const types = { u8: Uint8Array, u16: Uint16Array, f32: Float32Array, f64: Float64Array }
  return new types[block.type](bytes)
}

async function unpackAll() {
  const blocks = JSON.parse(document.getElementById("blocks").textContent)
  await Promise.all(blocks.map(async block => {
    const values = await unpack(block)
    columns[block.name] = block.values ? coded(values, block.values) : plain(values)
  }))
  document.getElementById("blocks").remove()
}

// A column of trials: for each its number (NaN where there is none), and whether it is known that there is none.
function coded(codes, values) {
  const numbers = new Float64Array(values.length + 2).fill(NaN)
  values.forEach((value, i) => { numbers[i + 2] = value })
  return { codes, numbers, at: trial => numbers[codes[trial]], isNone: trial => codes[trial] === 0, isUnknown: trial => codes[trial] === 1 }
}

// Infinity stands for what was measured and is not there, NaN for what is not known.
function plain(values) {
  return {
    values, at: trial => values[trial] === Infinity ? NaN : values[trial], isNone: trial => values[trial] === Infinity,
    isUnknown: trial => Number.isNaN(values[trial]),
  }
}

const trialCount = head.cells * head.repetitions
const axisNamed = name => head.axes.find(axis => axis.name === name)
const eventNamed = name => head.events.find(event => event.name === name)
const criterionNamed = name => head.criteria.find(criterion => criterion.name === name)

/** The places of a cell on the axes, first axis slowest. */
function placesOf(cell) {
  const places = []
  for (let i = head.axes.length - 1; i >= 0; i--) {
    const count = head.axes[i].values.length
    places[i] = cell % count
    cell = Math.floor(cell / count)
  }
  return places
}

function cellAt(places) { return places.reduce((cell, place, i) => cell * head.axes[i].values.length + place, 0) }
