import FrontierNumerics

/// What a random draw of this target is for. Numbers go on where `Model`'s end, with room between.
enum StabilityPurpose: UInt64 {
  case perturbation = 101
  case syntheticStart = 102
  case syntheticRetain = 103
  case syntheticForget = 104
  case syntheticNoise = 105
}

extension RandomKey {
  func child(_ purpose: StabilityPurpose) -> RandomKey { child(purpose.rawValue) }
}
