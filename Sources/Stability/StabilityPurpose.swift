import FrontierNumerics

/// What a random draw of this target is for. Numbers go on where `Model`'s end, with room between.
package enum StabilityPurpose: UInt64 {
  case perturbation = 101
  case syntheticStart = 102
  case syntheticRetain = 103
  case syntheticForget = 104
  case syntheticNoise = 105
  case coreset = 106
  case coresetPosterior = 107
  case forgetPosterior = 108
}

extension RandomKey {
  package func child(_ purpose: StabilityPurpose) -> RandomKey { child(purpose.rawValue) }
}
