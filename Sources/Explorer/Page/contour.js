// The zero contour of a field over a grid, by marching squares, linear between nodes in the coordinates of the axes: the same lines as the figures have.

/** Lines of points [x, y]. `field` is row by row, NaN where it is not known; `exactly`, if given, is the field at any point, and crossings are bisected. */
function contour(field, xs, ys, exactly) {
  const columns = xs.length, segments = []
  const edge = (column, row, isAlongX) => (row * columns + column) * 2 + (isAlongX ? 1 : 0)
  for (let row = 0; row + 1 < ys.length; row++) {
    for (let column = 0; column + 1 < columns; column++) {
      const a = field[row * columns + column], b = field[row * columns + column + 1]
      const c = field[(row + 1) * columns + column + 1], d = field[(row + 1) * columns + column]
      if ([a, b, c, d].some(Number.isNaN)) continue
      const bottom = edge(column, row, true), top = edge(column, row + 1, true), left = edge(column, row, false), right = edge(column + 1, row, false)
      const add = (p, q) => segments.push([p, q])
      switch ((a >= 0 ? 1 : 0) + (b >= 0 ? 2 : 0) + (c >= 0 ? 4 : 0) + (d >= 0 ? 8 : 0)) {
      case 1: case 14: add(left, bottom); break
      case 2: case 13: add(bottom, right); break
      case 4: case 11: add(right, top); break
      case 8: case 7: add(top, left); break
      case 3: case 12: add(left, right); break
      case 9: case 6: add(bottom, top); break
      // A saddle: the middle tells which corners belong together.
      case 5: if (a + b + c + d >= 0) { add(left, top); add(bottom, right) } else { add(left, bottom); add(right, top) } break
      case 10: if (a + b + c + d >= 0) { add(left, bottom); add(right, top) } else { add(left, top); add(bottom, right) } break
      }
    }
  }
  const points = new Map()
  const point = id => {
    if (!points.has(id)) points.set(id, crossing(id))
    return points.get(id)
  }
  function crossing(id) {
    const isAlongX = id % 2 === 1, node = (id - (isAlongX ? 1 : 0)) / 2, column = node % columns, row = (node - column) / columns
    const here = field[node], there = field[isAlongX ? node + 1 : node + columns]
    const at = share => isAlongX ? [xs[column] + (xs[column + 1] - xs[column]) * share, ys[row]] : [xs[column], ys[row] + (ys[row + 1] - ys[row]) * share]
    if (!exactly) {
      const share = here / 2 / (here / 2 - there / 2)
      return at(Number.isFinite(share) ? Math.min(Math.max(share, 0), 1) : 0.5)
    }
    let [low, high] = [0, 1]
    for (let i = 0; i < 20; i++) {
      const middle = (low + high) / 2, value = exactly(...at(middle))
      if (!Number.isNaN(value) && (value >= 0) === (here >= 0)) low = middle; else high = middle
    }
    return at((low + high) / 2)
  }
  return chains(segments).map(chain => chain.map(point))
}

/** Joins segments that share an edge into lines, as long as can be. */
function chains(segments) {
  const atEdge = new Map(), used = new Uint8Array(segments.length)
  segments.forEach((segment, i) => segment.forEach(end => atEdge.has(end) ? atEdge.get(end).push(i) : atEdge.set(end, [i])))
  const extend = chain => {
    for (;;) {
      const end = chain[chain.length - 1], next = atEdge.get(end).find(i => !used[i])
      if (next === undefined) return
      used[next] = 1
      chain.push(segments[next][0] === end ? segments[next][1] : segments[next][0])
    }
  }
  const found = []
  segments.forEach((segment, i) => {
    if (used[i]) return
    used[i] = 1
    const chain = [...segment]
    extend(chain)
    chain.reverse()
    extend(chain)
    found.push(chain)
  })
  return found
}
