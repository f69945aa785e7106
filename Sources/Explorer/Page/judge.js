// What happened and what criteria said of it, at any thresholds: the same rules as the command's.

/** A function of a trial: 1 if it happened, 0 if not, NaN if that is not known. */
function compiled(rule, thresholds) {
  switch (rule.test) {
  case "compares": {
    const value = quantity(rule.of), bound = rule.bound.threshold ? rule.bound.sign * thresholds[rule.bound.threshold] : rule.bound.number
    const relations = {
      atMost: trial => { const x = value(trial); return x !== x ? NaN : x <= bound ? 1 : 0 },
      atLeast: trial => { const x = value(trial); return x !== x ? NaN : x >= bound ? 1 : 0 },
      below: trial => { const x = value(trial); return x !== x ? NaN : x < bound ? 1 : 0 },
      above: trial => { const x = value(trial); return x !== x ? NaN : x > bound ? 1 : 0 },
    }
    return relations[rule.relation]
  }
  case "within": {
    const value = quantity(rule.of), bound = thresholds[rule.threshold]
    return trial => { const x = value(trial); return x !== x ? NaN : Math.abs(x) <= bound ? 1 : 0 }
  }
  case "happened": {
    const column = columns["trial/" + rule.column]
    return trial => column.isUnknown(trial) ? NaN : column.isNone(trial) ? 0 : 1
  }
  case "all": {
    const parts = rule.of.map(part => compiled(part, thresholds))
    // A sum of what is not known is not known.
    return parts.length === 2
      ? trial => { const a = parts[0](trial), b = parts[1](trial); return a + b !== a + b ? NaN : a & b }
      : trial => parts.reduce((all, part) => all * part(trial), 1)
  }
  // At the specification's thresholds alone: a column of 0, 1 and unknown.
  case "known": {
    const column = columns["event/" + rule.event]
    return trial => column.at(trial)
  }
  }
}

function quantity(of) {
  const column = columns["trial/" + of.column]
  if (!of.less) return column.at
  const less = columns["trial/" + of.less]
  return trial => column.at(trial) - less.at(trial)
}

/** Of every cell the share of trials in which it happened, NaN where it is known of none; and in how many of all. */
function judgeEvent(event, thresholds) {
  const happened = compiled(event.rule, thresholds), rates = new Float64Array(head.cells), counts = new Int32Array(head.cells)
  const trials = new Int8Array(trialCount)
  let all = 0, known = 0
  for (let cell = 0, trial = 0; cell < head.cells; cell++) {
    let count = 0, total = 0
    for (let k = 0; k < head.repetitions; k++, trial++) {
      const it = happened(trial)
      if (it !== it) { trials[trial] = -1; continue }
      trials[trial] = it
      total++
      count += it
    }
    rates[cell] = total ? count / total : NaN
    counts[cell] = total
    all += count
    known += total
  }
  return { rates, counts, trials, happened: all, known }
}

const marginTolerance = 1e-9

/** Median margins of all cells: as stored, moved by as much as the threshold that the criterion follows. */
function mediansOf(criterion, thresholds) {
  const stored = columns["margin/" + criterion.name].values
  const shift = criterion.follows ? thresholds[criterion.follows] - head.thresholds.find(t => t.name === criterion.follows).value : 0
  if (!shift) return stored
  return Float64Array.from(stored, margin => Math.abs(margin + shift) <= marginTolerance ? 0 : margin + shift)
}

/** How well margins of at least 0 fit rates of at least one half. */
function agreement(rates, margins) {
  let [truePositives, falsePositives, trueNegatives, falseNegatives] = [0, 0, 0, 0]
  for (let cell = 0; cell < rates.length; cell++) {
    if (Number.isNaN(rates[cell]) || Number.isNaN(margins[cell])) continue
    if (margins[cell] >= 0) { if (rates[cell] >= 0.5) truePositives++; else falsePositives++ }
    else if (rates[cell] >= 0.5) falseNegatives++; else trueNegatives++
  }
  const ratio = (part, whole) => whole > 0 ? part / whole : NaN
  const cells = truePositives + falsePositives + trueNegatives + falseNegatives
  const found = ratio(truePositives, truePositives + falseNegatives), spared = ratio(trueNegatives, trueNegatives + falsePositives)
  return {
    cells, predicted: truePositives + falsePositives, falsePositives, falseNegatives, onRightSide: ratio(truePositives + trueNegatives, cells),
    balancedAccuracy: (found + spared) / 2, intersectionOverUnion: ratio(truePositives, truePositives + falsePositives + falseNegatives),
    bias: ratio(falsePositives - falseNegatives, cells),
  }
}

const ranked = {}

/** The chance that a trial in which it happened has the larger margin; a shift of all margins changes no order. NaN where margins of trials are not here. */
function areaUnderROC(criterion, trials) {
  const column = columns["trialMargin/" + criterion.name]
  if (!column) return NaN
  const margins = column.values
  const order = ranked[criterion.name] ??= Int32Array.from(margins.keys()).filter(trial => !Number.isNaN(margins[trial])).sort((a, b) => margins[a] - margins[b])
  let [positives, negatives, ordered] = [0, 0, 0]
  for (let i = 0; i < order.length;) {
    const margin = margins[order[i]]
    let [tiedPositives, tiedNegatives] = [0, 0]
    for (; i < order.length && margins[order[i]] === margin; i++) {
      if (trials[order[i]] === 1) tiedPositives++; else if (trials[order[i]] === 0) tiedNegatives++
    }
    ordered += tiedPositives * (negatives + tiedNegatives / 2)
    positives += tiedPositives
    negatives += tiedNegatives
  }
  return positives && negatives ? ordered / (positives * negatives) : NaN
}

/** What a criterion says where its margin is this: a bound that speaks of one side alone is silent on the other. */
function says(criterion, margin) {
  if (Number.isNaN(margin)) return "undefined"
  switch (criterion.claim) {
  case "sufficientForDivergence": return margin >= 0 ? "yes" : "silent"
  case "sufficientForConvergence": case "attained": return margin < 0 ? "no" : "silent"
  default: return margin >= 0 ? "yes" : "no"
  }
}

function claimWords(criterion, found) {
  const sure = criterion.claim === "sufficientForDivergence" ? [found.predicted, found.falsePositives]
    : ["sufficientForConvergence", "attained"].includes(criterion.claim) ? [found.cells - found.predicted, found.falseNegatives] : null
  if (!sure) return criterion.claimWords
  return sure[0] === 0 ? `silent on all ${found.cells} cells` : `${sure[1]} of ${sure[0]} sure cells contradict`
}
