// Theories that need no network: the mean field a priori, with its memory, the quenched mean field and the closed form (docs/theory.md sections 5 and 8).
// This file runs in the page and, with contour.js, in its worker; it uses nothing else of the page.

/** A cell before there is a network, from the parameters of a specification; null where these forms do not describe it. */
function dataModel(p) {
  if (p.loss !== "logistic" || p.data !== "none") return null
  const samples = trainedOf(p), forgetCount = forgetCountOf(p)
  const model = {
    snr: p.snr, samples, dimension: p.dimension, forgetCount, filters: p.filtersPerClass, stepSize: p.stepSize, steps: p.unlearnSteps,
    targetLoss: p.trainTargetLoss, forgetRatio: p.forgetRatio, method: p.method, npoBeta: p.npoBeta, growthLimit: p.growthLimit,
    perturbation: p.perturbation, radius: p.radius, radiusKind: p.radiusKind, batchSize: p.batchSize,
  }
  const isPossible = model.snr >= 0 && model.dimension >= 2 && forgetCount > 0 && forgetCount < model.samples && model.filters > 0 && model.stepSize >= 0
    && model.steps >= 0 && model.targetLoss > 0 && model.forgetRatio >= 0 && model.forgetRatio <= 1 && model.npoBeta > 0
  return isPossible ? model : null
}

function roundedAway(x) { return Math.sign(x) * Math.floor(Math.abs(x) + 0.5) }

/** How many samples are trained on, and how many of them are to be forgotten. */
function trainedOf(p) {
  return p.trained ?? (p.coresetFraction < 1 ? Math.min(Math.max(roundedAway(p.coresetFraction * p.samples), 2), p.samples) : p.samples)
}
function forgetCountOf(p) {
  const samples = trainedOf(p)
  return p.forgetCount ?? Math.min(Math.max(roundedAway(p.forgetFraction * samples), 1), samples - 1)
}

/** A parameter moved off the grid: the sets then need not have whole numbers of samples. */
function moved(p, name, value) {
  const q = { ...p }
  if (name === "forgetFraction") q.forgetCount = value * trainedOf(p)
  if (name === "samples" || name === "coresetFraction") {
    q.trained = name === "samples" ? value * p.coresetFraction : p.samples * value
    q.forgetCount = forgetCountOf(p) * q.trained / trainedOf(p)
  }
  q[name] = value
  return q
}

function classesOf(model) {
  const positive = Math.ceil(model.samples / 2), forgetPositive = Math.ceil(model.forgetCount / 2), forgetNegative = model.forgetCount - forgetPositive
  return [
    { forget: forgetPositive, retain: positive - forgetPositive },
    { forget: forgetNegative, retain: model.samples - positive - forgetNegative },
  ]
}

const startingMargin = model => -Math.log(Math.exp(model.targetLoss) - 1)
const wholeSteps = model => Math.round(Math.max(model.steps, 0))
const reverseSigmoid = x => 1 / (1 + Math.exp(x))
const softplus = x => x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x))

/** What lowers a forget margin m in a step, for each unit of weight; npo remembers the margin m0 of the trained network. */
function pushOf(model) {
  switch (model.method) {
  case "relabel": return m => reverseSigmoid(-m)
  case "uniform": return m => reverseSigmoid(-m) - 0.5
  case "npo": {
    const before = softplus(-startingMargin(model))
    return m => 2 * reverseSigmoid(m) * reverseSigmoid(model.npoBeta * (softplus(-m) - before))
  }
  default: return reverseSigmoid
  }
}

/** Whether gradients are taken at points along a gradient, of which only the mean field speaks. */
const isSharpnessAware = model => model.perturbation === "joint" || model.perturbation === "own"

/** The same of perturbed steps: all groups together, since a perturbation may act across classes. */
function aPrioriPerturbed(model) {
  const groups = [true, false].flatMap(isForget => classesOf(model).map((size, sign) => (
    { isForget, sign, size: isForget ? size.forget : size.retain, all: size.forget + size.retain }))).filter(group => group.size > 0)
  const retainCount = model.samples - model.forgetCount, start = startingMargin(model), push = pushOf(model), isOwn = model.perturbation === "own"
  const shared = model.snr * model.snr / model.filters, slopeAt = (group, margin) => group.isForget ? push(margin) : reverseSigmoid(margin)
  for (const group of groups) {
    const count = group.isForget ? model.forgetCount : retainCount
    const weight = group.isForget ? -model.forgetRatio / model.forgetCount : (1 - model.forgetRatio) / retainCount
    group.gain = model.stepSize * weight * group.size
    group.inner = group.size * (isOwn ? 1 / count : weight)
    group.own = 1 / (model.filters * group.size)
    // A sample perturbs itself only when it is drawn.
    group.ownInner = group.own * count / Math.min(model.batchSize, count)
    group.margin = start
    group.memory = start / (1 + group.all * model.snr * model.snr)
  }
  const sets = isOwn ? [groups.filter(group => group.isForget), groups.filter(group => !group.isForget)] : [groups]
  for (let step = 0, steps = wholeSteps(model); step < steps; step++) {
    for (const set of sets) {
      const pushes = set.map(group => group.inner * slopeAt(group, group.margin))
      const moves = set.map(group => set.reduce((sum, other, h) => sum + ((group.sign === other.sign ? shared : 0) + (group === other ? group.ownInner : 0)) * pushes[h], 0))
      const square = moves.reduce((sum, move, g) => sum + pushes[g] * move, 0)
      const tau = model.radiusKind === "fixed" ? model.radius : square > 0 ? model.radius / Math.sqrt(square) : 0
      set.forEach((group, g) => { group.slope = slopeAt(group, group.margin - tau * moves[g]) })
    }
    const changes = groups.map(group => groups.reduce((sum, other) => sum
      + other.gain * ((group.sign === other.sign ? shared : 0) + (group === other ? group.own : 0)) * other.slope, 0))
    groups.forEach((group, g) => {
      group.margin += changes[g]
      group.memory += group.gain * group.own * group.slope
    })
  }
  const mean = of => groups.filter(group => group.isForget).reduce((sum, group) => sum + group.size * of(group), 0) / model.forgetCount
  return { forgetMargin: mean(group => group.margin), ownMemory: mean(group => group.memory) }
}

/** Mean forget margin, and of it the own memory of the samples, after the steps. */
function aPriori(model) {
  const classes = classesOf(model), areEqual = classes[0].forget === classes[1].forget && classes[0].retain === classes[1].retain
  const push = pushOf(model), start = startingMargin(model), steps = wholeSteps(model)
  const forgetWeight = -model.stepSize * model.forgetRatio / model.forgetCount
  const retainWeight = model.stepSize * (1 - model.forgetRatio) / (model.samples - model.forgetCount)
  let forgetMargin = 0, ownMemory = 0
  for (const size of areEqual ? classes.slice(0, 1) : classes) {
    const share = areEqual ? 1 : size.forget / model.forgetCount
    if (!(share > 0)) continue
    let f = start, r = start, memory = start / (1 + (size.forget + size.retain) * model.snr * model.snr)
    const shared = model.snr * model.snr / model.filters
    const forgetShared = forgetWeight * size.forget * shared, retainShared = retainWeight * size.retain * shared
    const forgetOwn = size.forget > 0 ? forgetWeight / model.filters : 0, retainOwn = size.retain > 0 ? retainWeight / model.filters : 0
    for (let step = 0; step < steps; step++) {
      const pushed = push(f), slope = reverseSigmoid(r), both = forgetShared * pushed + retainShared * slope, own = forgetOwn * pushed
      f += both + own
      memory += own
      r += both + retainOwn * slope
    }
    forgetMargin += share * f
    ownMemory += share * memory
  }
  return { forgetMargin, ownMemory }
}

function normalDensity(z) { return Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI) }

function normalCumulative(z) {
  if (Math.abs(z) >= 9) return z > 0 ? 1 : 0
  let term = z, sum = 0, odd = 1
  while (Math.abs(term) > 1e-17 * Math.abs(sum)) {
    sum += term
    odd += 2
    term *= z * z / odd
  }
  return Math.min(Math.max(0.5 + normalDensity(z) * sum, 0), 1)
}

function normalQuantile(p) {
  let z = 0
  for (let i = 0; i < 60; i++) {
    const step = (normalCumulative(z) - p) / normalDensity(z)
    z -= Math.min(Math.max(step, -1), 1)
    if (Math.abs(step) < 1e-15) break
  }
  return z
}

const nodes = 33
const quantiles = Array.from({ length: nodes }, (_, q) => normalQuantile((q + 0.5) / nodes))

/** The mean field in which every group has a distribution of margins. */
function quenched(model, followsLoss) {
  const classes = classesOf(model), isOneForBoth = classes[0].forget === classes[1].forget && classes[0].retain === classes[1].retain
  const groups = [true, false].flatMap(isForget => (isOneForBoth ? classes.slice(0, 1) : classes).map((size, sign) => (
    { isForget, sign, size: isForget ? size.forget : size.retain, copies: isOneForBoth ? 2 : 1 }))).filter(group => group.size > 0)
  const m = model.filters, start = startingMargin(model), push = pushOf(model), steps = wholeSteps(model)
  const forgetWeight = -model.stepSize * model.forgetRatio / model.forgetCount
  const retainWeight = model.stepSize * (1 - model.forgetRatio) / (model.samples - model.forgetCount)
  for (const group of groups) {
    const weight = group.isForget ? forgetWeight : retainWeight
    group.own = (1 - 1 / model.dimension) / m * weight
    group.shared = model.snr * model.snr / m * group.size * weight
    group.square = group.copies * group.size * weight * weight
  }
  const overlap = quantiles.map(z => z / (m * Math.sqrt(2 * model.dimension)))
  const margins = new Float64Array(groups.length * nodes).fill(start), slopes = new Float64Array(margins.length)
  const firstLoss = softplus(-start)
  let largestLoss = steps > 0 ? 0 : firstLoss
  for (let step = 0; step < steps; step++) {
    const signal = [0, 0]
    let strength = 0
    groups.forEach((group, g) => {
      let sum = 0, squares = 0
      for (let q = g * nodes; q < (g + 1) * nodes; q++) {
        const slope = slopes[q] = group.isForget ? push(margins[q]) : reverseSigmoid(margins[q])
        sum += slope
        squares += slope * slope
      }
      signal[group.sign] += group.shared * sum / nodes
      strength += group.square * squares / nodes
    })
    const spread = Math.sqrt(strength)
    groups.forEach((group, g) => {
      for (let q = 0; q < nodes; q++) margins[g * nodes + q] += signal[group.sign] + group.own * slopes[g * nodes + q] + overlap[q] * spread
    })
    if (followsLoss) {
      let loss = 0
      groups.forEach((group, g) => {
        let ofGroup = 0
        for (let q = g * nodes; q < (g + 1) * nodes; q++) ofGroup += softplus(-margins[q])
        loss += group.copies * group.size * ofGroup / nodes
      })
      largestLoss = Math.max(largestLoss, loss / model.samples)
    }
  }
  return { forgetMargin: meanForgetMargin(margins, groups), retainAccuracy: accuracy(margins, groups, false), growth: largestLoss / firstLoss }
}

function meanForgetMargin(margins, groups) {
  let sum = 0, size = 0
  groups.forEach((group, g) => {
    if (!group.isForget) return
    sum += group.size * margins.subarray(g * nodes, (g + 1) * nodes).reduce((a, b) => a + b, 0) / nodes
    size += group.size
  })
  return sum / size
}

/** The share of positive margins, linear between the nodes of a group. */
function accuracy(margins, groups, isForget) {
  let sum = 0, size = 0
  groups.forEach((group, g) => {
    if (group.isForget !== isForget) return
    const of = margins.subarray(g * nodes, (g + 1) * nodes)
    let negative = 0
    while (negative < nodes && of[negative] <= 0) negative++
    let share = negative === 0 ? 1 : 0
    if (negative > 0 && negative < nodes) {
      const low = of[negative - 1], high = of[negative], z = quantiles
      share = 1 - normalCumulative(z[negative - 1] + (z[negative] - z[negative - 1]) * low / (low - high))
    }
    sum += group.size * share
    size += group.size
  })
  return sum / size
}

/** The criteria that are known here, as margins of a model: at least 0 where they predict their event. `limits` are the thresholds of success. */
const liveCriteria = {
  aPrioriMeanField: model => -(isSharpnessAware(model) ? aPrioriPerturbed(model) : aPriori(model)).forgetMargin,
  aPrioriMemory: model => -(isSharpnessAware(model) ? aPrioriPerturbed(model) : aPriori(model)).ownMemory,
  quenched: model => isSharpnessAware(model) ? NaN : -quenched(model, false).forgetMargin,
  quenchedRetain: (model, limits) => isSharpnessAware(model) ? NaN : limits.retainAccuracyAtLeast - quenched(model, false).retainAccuracy,
  quenchedEscape: model => isSharpnessAware(model) ? NaN : Math.log(Math.max(quenched(model, true).growth, 2.2250738585072014e-308)) - Math.log(model.growthLimit),
  closedForm: model => {
    if (model.method !== "ascent" || isSharpnessAware(model)) return NaN
    const shared = model.forgetCount * model.snr * model.snr
    return model.forgetRatio - shared / (2 * (shared + 1))
  },
}

/** Where a criterion turns over a plane: lines in the coordinates of its axes. `number` makes a parameter's value of a coordinate. */
function liveFrontier(name, parameters, limits, x, y, steps) {
  const value = (axis, coordinate) => axis.isLogarithmic ? Math.exp(coordinate) : coordinate
  const margin = (a, b) => {
    const model = dataModel(moved(moved(parameters, x.name, value(x, a)), y.name, value(y, b)))
    const found = model ? liveCriteria[name](model, limits) : NaN
    return Number.isFinite(found) ? found : NaN
  }
  const nodesOf = axis => Array.from({ length: steps + 1 }, (_, i) => axis.low + (axis.high - axis.low) * i / steps)
  const xs = nodesOf(x), ys = nodesOf(y), field = new Float64Array(xs.length * ys.length)
  ys.forEach((b, row) => xs.forEach((a, column) => { field[row * xs.length + column] = margin(a, b) }))
  return contour(field, xs, ys, margin)
}
