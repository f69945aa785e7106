/// Why a quantity has no value at this point.
public enum Undefined: Error, Equatable, Sendable, CustomStringConvertible {
  /// Every per-sample gradient (of the set in question) is zero: no filter is active, and the span of the gradients is a point.
  case zeroGradients
  /// Every weighted Hessian is zero, so ratios of their eigenvalues are 0/0.
  case zeroHessians
  /// Defined for margin losses (logistic) only: squared loss does not push margins one way.
  case notAMarginLoss
  /// A bound that takes the forget set's Hessians for the loss's own.
  case notAscent
  /// There are no fresh samples of every class that the forget set has.
  case noFreshSamples
  /// The quantity needs a flow between the sets, and there is none.
  case noAlignment
  /// The forms that need no network are those of logistic loss on signal-plus-noise data.
  case noDataModel
  /// A simulation of no steps has no rate.
  case noSteps
  /// A bound or a form of plain steps, where gradients are taken at a perturbed point.
  case notPlainSteps
  /// I + tau D is not positive definite: an inner step as long as to turn some directions round.
  case perturbationTurns
  /// A form of perturbed steps, where the inner step is zero or goes by the gradient's norm.
  case noFixedInnerStep
  /// A form of training that is perturbed along its gradient by a normalised radius.
  case noNormalisedTraining
  /// A form of networks that were trained with plain steps.
  case notPlainTraining
  /// The target loss is that of a network that answers nothing.
  case nothingToLearn
  /// A form of right labels, where some are flipped.
  case flippedLabels
  /// A form of random subsets of the samples, where others are chosen.
  case notARandomSubset
  /// A form of which samples are forgotten, where their labels alone do not say.
  case notByLabels
  /// A form of steps with random noise, where there is none.
  case noNoise
  /// The perturbation became exactly zero.
  case perturbationVanished
  /// Not among what was measured or stored.
  case notMeasured
  /// What it is made of has no value: a column of a trial, which may know why.
  case noValue(of: String)
  case notConverged(residual: Double, iterations: Int)

  public var description: String {
    switch self {
    case .zeroGradients: "all gradients are zero"
    case .zeroHessians: "all weighted Hessians are zero"
    case .notAMarginLoss: "the loss is not a margin loss"
    case .notAscent: "the bound is one of ascent, and the method is another"
    case .noFreshSamples: "there are no fresh samples of each class of the forget set"
    case .noAlignment: "the gradients of the sets do not act on the forget margins"
    case .noDataModel: "there is no a-priori form: the loss is not logistic, or the data are not signal plus noise"
    case .noSteps: "there are no steps"
    case .notPlainSteps: "it speaks of plain steps, and these are perturbed"
    case .perturbationTurns: "I + tau D is not positive definite"
    case .noFixedInnerStep: "there is no perturbation along a gradient with a fixed inner step"
    case .noNormalisedTraining: "training is not perturbed along its gradient by a normalised radius"
    case .notPlainTraining: "it speaks of plain training, and this is perturbed"
    case .flippedLabels: "it speaks of right labels, and some are flipped"
    case .nothingToLearn: "the target loss is so high that nothing is learnt"
    case .notARandomSubset: "it speaks of a random choice of samples to train on, and this is another"
    case .notByLabels: "which samples are forgotten does not follow from their labels"
    case .noNoise: "there is no random perturbation"
    case .perturbationVanished: "the perturbation vanished"
    case .notMeasured: "it was not measured"
    case .noValue(let column): "\(column) has no value"
    case .notConverged(let residual, let iterations): "not converged after \(iterations) iterations (residual \(residual))"
    }
  }
}
