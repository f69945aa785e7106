/// The data model by the names of a specification's parameters, each of them a real number: so a frontier of no network can be followed between the cells of
/// a grid.
extension APrioriMeanField {
  /// The parameters that it depends on.
  public static let parameters = Set(places.keys)

  /// Moves a parameter; one that does not occur leaves the model as it is.
  public mutating func move(_ parameter: String, to value: Double) { Self.places[parameter]?(&self, value) }

  private static let places: [String: @Sendable (inout APrioriMeanField, Double) -> Void] = [
    "snr": { $0.snr = $1 }, "filtersPerClass": { $0.filtersPerClass = $1 }, "stepSize": { $0.stepSize = $1 }, "unlearnSteps": { $0.steps = $1 },
    "trainTargetLoss": { $0.targetLoss = $1 }, "forgetRatio": { $0.forgetRatio = $1 },
    "forgetFraction": { $0.forgetCount = $1 * $0.samples },
    "samples": {
      $0.forgetCount *= $1 / $0.samples
      $0.samples = $1
    },
  ]

  /// False of a model that was moved out of its parameters' range, as half a cell beyond the last value of an axis.
  public var isPossible: Bool {
    snr >= 0 && forgetCount > 0 && forgetCount < samples && filtersPerClass > 0 && stepSize >= 0 && steps >= 0 && targetLoss > 0 && 0...1 ~= forgetRatio
  }
}
