import Model
import Stability

extension Trial<CNNParameters> {
  /// In the order of `CNNProbes.forgetSet`.
  func forgetSet() throws -> [MeasuredValue] {
    let (dataset, split) = (try dataset(), try split())
    let flipped = split.forget.count(where: dataset.samples.isFlipped)
    return [MeasuredValue(Double(flipped) / Double(split.forget.count)), try groupMargin()]
  }

  private func groupMargin() throws -> MeasuredValue {
    let (test, dataset) = (try hessianTest(), try dataset())
    return output(of: CNNStages.groups) { _ in MeasuredValue(test.groupMeanField(truth: dataset.samples.truth)) }
  }
}
