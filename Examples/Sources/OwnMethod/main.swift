import Experiments
import Model
import Stability

// A method of unlearning of one's own, and a probe that measures it on the networks of the cnn experiment.

/// Ascends, but no further than to where a sample is classified wrongly: forgets without over-forgetting.
struct StopAtWrong: UnlearningMethod {
  func forgetSlope(of loss: Loss, output f: Double, label y: Double, sample: Int) -> Double { y * f > 0 ? loss.derivative(output: f, label: y) : 0 }

  func forgetCurvature(of loss: Loss, output f: Double, label y: Double, sample: Int) -> Double { y * f > 0 ? loss.curvature(output: f, label: y) : 0 }
}

let probe = Probe<CNNParameters>(
  "stopAtWrong", version: 1,
  columns: [
    Column("stoppedForgetAccuracy", unit: "share", "forget accuracy of the run that stops at wrong"),
    Column("stoppedForgetLoss", unit: "loss", "mean over the forget samples of the same run"),
  ]
) { trial in
  let (trained, dataset, split, p) = (try trial.trained(), try trial.dataset(), try trial.split(), trial.parameters)
  let rule = try UnlearningRule(forgetRatio: p.forgetRatio, stepSize: p.stepSize, growthLimit: p.growthLimit)
  let run = rule.unlearn(trained.network, on: dataset, loss: p.loss, schedule: try trial.batches(), method: StopAtWrong())
  let quality = Quality(outputs: run.network.outputs(of: dataset.samples), labels: dataset.samples.labels, in: split.forget, loss: p.loss)
  return ProbeResult(.completed, [MeasuredValue(quality.accuracy), MeasuredValue(quality.loss)])
}

let experiment = CNNExperiment(adding: [probe])
for snr in [0.1, 0.3, 1] {
  var parameters = experiment.standard
  (parameters.snr, parameters.forgetRatio) = (snr, 0.3)
  let result = try experiment.measure(parameters, seed: 1, repetition: 0)
  let values = Dictionary(uniqueKeysWithValues: zip(experiment.columns.map(\.name), result.values.map(\.words)))
  print(
    "SNR \(snr): ascent leaves accuracy \(values["forgetAccuracy"] ?? "") and loss \(values["forgetLoss"] ?? ""), "
      + "stopping at wrong \(values["stoppedForgetAccuracy"] ?? "") and \(values["stoppedForgetLoss"] ?? "")")
}
