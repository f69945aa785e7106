import Stability

extension Predictors.Name {
  /// The column that holds it, under its own name.
  var column: Column {
    switch self {
    case .fullHessianTop: column(unit: curvature, "largest eigenvalue of the mean Hessian of all samples")
    case .mixedHessianTop: column(unit: curvature, "largest eigenvalue of D on the span of the gradients")
    case .mixedHessianBottom: column(unit: curvature, "smallest eigenvalue of D on the span of the gradients")
    case .coherence: column("mixed coherence sigma: 1 for orthogonal gradients, n for equal ones")
    case .retainCoherence: column("coherence within the retain set; free of alpha")
    case .forgetCoherence: column("coherence within the forget set; free of alpha")
    case .crossCoherence: column("coherence between the sets; free of alpha")
    case .coherenceDivergenceRatio: column("eta sqrt(rho) lambda_1(D) / sigma: at 1 or more the coherence bound says divergence")
    case .coherenceConvergenceRatio: column("eta lambda_1(D) (sigma + rho) / (2 sigma): below 1 the bound's other side says it stays")
    case .singleSampleDivergenceRatio: column("eta max_k sqrt(rho_k) lambda_1(Ht_k): at 1 or more one sample's noise diverges")
    case .noiseRadius: column("radius of the matrix eta^2 rho_k tr(Ht_k Ht_l): at 1 or more the noise alone diverges")
    case .meanSquareRadius: column(unit: "per step", "growth factor of the mean square of a perturbation, exact for the trial's own sampling")
    case .contraction: column(unit: "per step", "bound on the growth factor of the mean square, for Bernoulli batches: below 1 it shrinks")
    case .typicalRate: column(unit: "per step", "mean log growth of a perturbation's length, with the real run's batches")
    case .driftAlignmentRatio: column("alpha above which the mean forget margin starts to fall; logistic loss only")
    case .tangentForgetAccuracy: column(unit: "share", "forget accuracy of the run with frozen gradients and the real run's batches")
    case .tangentRetainAccuracy: column(unit: "share", "retain accuracy of the same run")
    case .meanFieldForgetMargin: column(unit: "output", "mean forget margin of the four-group recursion with measured couplings; logistic loss only")
    case .meanFieldForgetAccuracy: column(unit: "share", "forget samples in groups whose margin stays positive, of the same recursion")
    case .meanFieldRetainAccuracy: column(unit: "share", "retain samples in groups whose margin stays positive, of the same recursion")
    case .tangentGrowth: column("largest mean loss over all samples of the run with frozen gradients, looked at every 10 steps, over its start")
    case .meanFieldMemory:
      column(unit: "output", "mean forget margin less that of fresh samples of the same classes, of the four-group recursion")
        .needing(.freshSamples)
    case .sharpenedTop: column(unit: curvature, "largest eigenvalue of D + tau D^2, of the step perturbed along the mean gradient; of a fixed tau only")
    case .sharpenedCoherence: column("mixed coherence of that step's gradients")
    case .sharpenedDivergenceRatio: column("eta sqrt(rho) lambda_1 / sigma of that step: at 1 or more it diverges")
    case .sharpenedMeanSquareRadius: column(unit: "per step", "growth factor of the mean square of that step")
    case .samDivergenceRatio:
      column("eta sqrt(rho) lambda_1(D) (1 + tau lambda_min(D)) / sigma: the sharpness-aware paper's bound, from 1 on; of a fixed tau only")
    case .samConvergenceRatio: column("eta lambda_1(D) (1 + tau lambda_1(D)) (sigma + rho) / (2 sigma): its other side, below 1")
    case .meanStepRadius: column(unit: "per step", "growth factor of the mean of a perturbation: above 1 its mean square grows for certain")
    case .keptNoiseGrowth: column("log of the largest mean square of w over its start, with random noise that is kept")
    case .predictedTestAccuracy:
      column(unit: "share", "testAccuracyBefore as the composition law has it, from how many labels are right and how many are flipped")
    case .groupMeanFieldForgetMargin:
      column(unit: "output", "mean forget margin of the recursion by set, true label and label, with measured couplings; logistic loss only")
    case .probedMeanSquare: column(unit: "weight squared", "mean square of what probes alone bring about in the linearised run, from 0, after all its steps")
    }
  }

  private var curvature: String { "loss per weight squared" }

  private func column(unit: String = "", _ meaning: String) -> Column { Column(rawValue, .number, unit: unit, meaning) }
}
