import Sweep

extension TrialResult {
  /// A figure of a trial of the CNN experiment by its column's name; nil if there is no such column.
  subscript(name: String) -> MeasuredValue? { CNNTrial.columns.firstIndex { $0.name == name }.map { values[$0] } }
}
