import FrontierNumerics

/// What a random draw is for: the word that separates the streams of one repetition. The numbers are part of every result: never reuse or
/// change one without raising the algorithm version.
enum Purpose: UInt64 {
  case labels = 1
  case labelNoise = 2
  case noise = 3
  case initialWeights = 4
  case signalWeights = 5
  case freshLabels = 6
  case freshNoise = 7
  case trainingBatches = 8
  case retainBatches = 9
  case forgetBatches = 10
  case retrainingBatches = 11
  case secondRetrainingBatches = 12
  case trainingProbes = 13
  case unlearningProbes = 14
  case retrainingProbes = 15
  case secondRetrainingProbes = 16
  case images = 17
}

extension RandomKey {
  func child(_ purpose: Purpose) -> RandomKey { child(purpose.rawValue) }
}
