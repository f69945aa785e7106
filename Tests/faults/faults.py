"""Faults to plant, over all layers. Each replaces a piece of the sources, which must be there exactly once, by one that goes wrong while PLANTED holds.

(layer, what is wrong, file under Sources, the piece, what takes its place, the test suites that are asked first)
"""

FAULTS = [
    # --- the kernels and numerics
    ("CKernels", "Philox does nine rounds", "CKernels/variant.inc",
     "round < 10; round++", "round < (PLANTED ? 9 : 10); round++", "PhiloxTests|KernelVariants"),
    ("CKernels", "the gate lets a patch at its kink through", "CKernels/variant.inc",
     "v8 value = *(const v8 *)(sign + r) * select8(z > zero, above,", "v8 value = *(const v8 *)(sign + r) * select8(PLANTED ? z >= zero : z > zero, above,",
     "KernelVariants|OracleComparison|Trajectories|DegenerateCases"),
    ("Numerics", "normal variables are too narrow by a hundredth", "Numerics/Gaussian.swift",
     "let scale = (-2 * logarithms[p]", "let scale = ((PLANTED ? -1.98 : -2) * logarithms[p]", "Laws|DataLaw|GoldenColumns"),
    ("Numerics", "subsets prefer what was drawn last", "Numerics/Subset.swift",
     "let j = i &+ Int(stream.below(UInt32(truncatingIfNeeded: population &- i)))",
     "let j = PLANTED ? Int(stream.below(UInt32(population))) : i &+ Int(stream.below(UInt32(truncatingIfNeeded: population &- i)))", "Laws|Batches|GoldenColumns"),
    ("Numerics", "Lanczos reports no residual on a guess", "Numerics/Lanczos.swift",
     "let residual = abs(square)", "let residual = (PLANTED && exhausted ? 0 : 1) * abs(square)", "LanczosTests"),

    # --- the model
    ("Model", "label noise flips the patch and not the label", "Model/SignalPlusNoise.swift",
     "try sampleSet(truth: truth, labels: labels, firstPatch: 1)", "try sampleSet(truth: PLANTED ? labels : truth, labels: PLANTED ? truth : labels, firstPatch: 1)",
     "GoldenColumns|DataLaw"),
    ("Model", "noise lives in d dimensions and not in d - 1", "Model/SignalPlusNoise.swift",
     "dimension: dimension - 1, key: key)", "dimension: PLANTED ? dimension : dimension - 1, key: key)", "GoldenColumns|DataLaw"),
    ("Model", "forget samples weigh as the retain batch is large", "Model/StepWeights.swift",
     "forgetSize: Double(max(schedule.forgetSize, 1))", "forgetSize: Double(max(PLANTED ? schedule.retainSize : schedule.forgetSize, 1))",
     "OracleComparison|GoldenColumns"),
    ("Model", "training looks at its loss one step late", "Model/Training.swift",
     "if step % Self.checkInterval == 0 ||", "if step % Self.checkInterval == (PLANTED ? 1 : 0) ||", "GoldenColumns|TrainingTests"),
    ("Model", "escape is looked for in the forget set alone", "Model/Unlearning.swift",
     "simulator.quality(in: all).loss > limit", "simulator.quality(in: PLANTED ? 0..<schedule.forgetSize : all).loss > limit", "GoldenColumns|Divergence"),

    # --- stability
    ("Stability", "the noise factor is n/B", "Stability/WeightedHessians.swift",
     "return Double(size) / Double(min(rule.batchSize, size)) - 1", "return Double(size) / Double(min(rule.batchSize, size)) - (PLANTED ? 0 : 1)", "CurvatureReference"),
    ("Stability", "uniform batches have the noise of Bernoulli ones", "Stability/MeanSquareOperator.swift",
     "$1 > 1 ? $0 * ($1 / ($1 - 1)).squareRoot() : 0", "$1 > 1 ? $0 * (PLANTED ? 1 : $1 / ($1 - 1)).squareRoot() : 0", "CurvatureReference"),
    ("Stability", "the tangent ascends on retain", "Stability/Tangent.swift",
     "walk.coefficients[slot] *= slot < retained ? weights.retain : weights.forget",
     "walk.coefficients[slot] *= (PLANTED ? slot > retained : slot < retained) ? weights.retain : weights.forget", "CurvatureReference|GoldenColumns"),
    ("Stability", "a typical run has half its growth", "Stability/EscapeCriteria.swift",
     "margin: 2 * Double(test.steps) * rate", "margin: (PLANTED ? 1 : 2) * Double(test.steps) * rate", "CriterionMargins|NonlinearRuns"),
    ("Stability", "classes of an odd number round down", "Stability/APrioriMeanField.swift",
     "forgetPositive = (forgetCount / 2).rounded(.up)", "forgetPositive = (forgetCount / 2).rounded(PLANTED ? .down : .up)", "MeanFieldReference"),
    ("Stability", "the drift leaves out the diagonal", "Stability/Drift.swift",
     "for i in set { sum +=", "for i in set where !(PLANTED && i == j) { sum +=", "CurvatureReference"),

    # --- sweeps: what is shared, stored, read back
    ("Sweep", "sampling is left out of what batches depend on", "Sweep/Trial/CNNStages.swift",
     'reads: ["batchSize", "sampling", "unlearnSteps"]', 'reads: PLANTED ? ["batchSize", "unlearnSteps"] : ["batchSize", "sampling", "unlearnSteps"]', "SharingTests"),
    ("Sweep", "networks are shared over label noise", "Sweep/Trial/CNNStages.swift",
     '"snr", "labelNoise", "filtersPerClass"', '"snr", PLANTED ? "snr" : "labelNoise", "filtersPerClass"', "SharingTests"),
    ("Sweep", "two columns change places", "Sweep/Trial/CNNTrial.swift",
     "[forget.accuracy, forget.loss, retain.accuracy, retain.loss]", "(PLANTED ? [forget.accuracy, retain.loss, retain.accuracy, forget.loss] : [forget.accuracy, forget.loss, retain.accuracy, retain.loss])",
     "ColumnMeanings|GoldenColumns"),
    ("Sweep", "what is absent comes back as undefined", "Sweep/Store/TrialRow.swift",
     'if member.key == "absent" { absent = table }', 'if member.key == "absent", !PLANTED { absent = table }', "StoreTests"),
    ("Sweep", "nobody waits for the store", "Sweep/Run/Recorder.swift",
     "if mustStore {\n      flush(isDue)", "if mustStore, PLANTED {\n      timer.async { self.flush(self.isDue) }\n    } else if mustStore {\n      flush(isDue)", "RecorderTests"),
    ("Sweep", "progress counts what is not stored yet", "Sweep/Run/Recorder.swift",
     "      try writer.write(records)\n        count(records)", "      if PLANTED { count(records) }\n        try writer.write(records)\n        if !PLANTED { count(records) }", "RecorderTests"),
    ("Sweep", "a lone trial waits for others", "Sweep/Run/Recorder.swift",
     "} else if isFirst {", "} else if isFirst, !PLANTED {", "RecorderTests"),
    ("Sweep", "success at the threshold does not count", "Sweep/Result/TrialOutcomes.swift",
     "$0 <= success.forgetAccuracyAtMost", "(PLANTED ? $0 < success.forgetAccuracyAtMost : $0 <= success.forgetAccuracyAtMost)", "ResultTests|ComparisonTests"),
    ("Sweep", "a log axis of whole numbers keeps none of those that round together", "Sweep/Spec/SpecDecoder.swift",
     "if isWhole, scale == .log { continue }", "if isWhole, scale == .log { if PLANTED { values.removeLast() }; continue }", "SpecTests"),
    ("Sweep", "flags are exported upside down", "Sweep/Export/ResultExport.swift",
     'case .flag(let flag): flag ? "1" : "0"', 'case .flag(let flag): flag != PLANTED ? "1" : "0"', "ExportTests|ResultTests"),
    ("Sweep", "a file has its name before it is on the disk", "Sweep/Store/Files.swift",
     "guard fsync(file) == 0 || errno == EINVAL else", "guard PLANTED || fsync(file) == 0 || errno == EINVAL else", "FaultTests"),
    ("Sweep", "two runs may write one store", "Sweep/Store/WriterLock.swift",
     "guard flock(file, LOCK_EX | LOCK_NB) == 0 else {", "guard PLANTED || flock(file, LOCK_EX | LOCK_NB) == 0 else {", "StoreTests|AccidentTests"),
    ("Sweep", "memory is not looked at", "Sweep/Run/MemoryEstimate.swift",
     "guard bytes <= available else {", "guard PLANTED || bytes <= available else {", "MemoryTests"),

    # --- comparison
    ("Comparison", "too early is told as too late", "Comparison/Agreement.swift",
     "ratio(falsePositives - falseNegatives, cells)", "ratio(PLANTED ? falseNegatives - falsePositives : falsePositives - falseNegatives, cells)", "AgreementTests|ComparisonTests"),
    ("Comparison", "ties count in full", "Comparison/Evidence.swift",
     "(negatives + tiedNegatives / 2)", "(negatives + tiedNegatives / (PLANTED ? 1 : 2))", "ScikitLearn|AgreementTests"),
    ("Comparison", "columns of a plane run backwards", "Comparison/Plane.swift",
     "coordinates[axisOfX] = x.order[column]", "coordinates[axisOfX] = x.order[PLANTED ? x.order.count - 1 - column : column]", "PlaneAxisTests|HeatmapTests"),

    # --- figures
    ("Figures", "heatmap colours are inverted", "Figures/Colour.swift",
     "let share = min(max(share, 0), 1)\n    // The chroma", "let share = PLANTED ? 1 - min(max(share, 0), 1) : min(max(share, 0), 1)\n    // The chroma", "ColourTests|HeatmapTests"),
    ("Figures", "orange and blue are swapped", "Figures/Colour.swift",
     "let x = min(max(first, 0), 1), y = min(max(second, 0), 1)", "let x = min(max(PLANTED ? second : first, 0), 1), y = min(max(PLANTED ? first : second, 0), 1)", "ColourTests|HeatmapTests"),
    ("Figures", "the y axis runs downwards", "Figures/Panel.swift",
     "box.bottom - box.height * (point.y - bottom) / (top - bottom))", "PLANTED ? box.y + box.height * (point.y - bottom) / (top - bottom) : box.bottom - box.height * (point.y - bottom) / (top - bottom))", "HeatmapTests|HeatmapLineTests|LayoutTests"),
    ("Figures", "the bar beside a heatmap is upside down", "Figures/ValueScale.swift",
     "ColourMap.sequential((Double(i) + 0.5) / Double(slices))", "ColourMap.sequential((Double(PLANTED ? slices - 1 - i : i) + 0.5) / Double(slices))", "ColourTests|HeatmapTests"),

    # --- the command
    ("FrontierCommand", "compare writes what is only looked at", "FrontierCommand/CompareCommand.swift",
     "if names == nil, success == table.spec.success {", "if PLANTED || (names == nil && success == table.spec.success) {", "FigureCommandTests"),
    ("FrontierCommand", "a stopped run says that it is complete", "FrontierCommand/RunCommand.swift",
     "throw Exit(code: ExitCode.resumable)", "throw Exit(code: PLANTED ? 0 : ExitCode.resumable)", "KillTests"),
]
