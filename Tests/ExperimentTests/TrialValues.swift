import Experiments
import TestSupport

extension TrialResult {
  /// A value of a trial of the CNN experiment by its column's name; nil if there is no such column.
  subscript(name: String) -> MeasuredValue? { cnn.columns.firstIndex { $0.name == name }.map { values[$0] } }
}
