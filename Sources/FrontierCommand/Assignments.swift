import Experiments
import Model
import Platform
import Specs

extension Arguments {
  /// The words behind the first `count`, which are of the form name=value.
  ///
  /// - Parameter takes: what the command takes, for a word that is not of the form.
  func assignments(after count: Int, takes: String) throws(UsageError) -> [Overrides.Assignment] {
    var assignments: [Overrides.Assignment] = []
    for word in words.dropFirst(count) {
      guard let assignment = Overrides.Assignment(word) else {
        throw UsageError(description: "\(takes), and got '\(word)' besides; see: frontier help \(command)")
      }
      assignments.append(assignment)
    }
    return assignments
  }
}

extension Overrides {
  /// For help texts.
  static let help = """
    Values behind SPEC take the place of its own: stepSize=50 gives a parameter one value, which ends
    an axis; snr=0.1,0.2,0.5 and snr=0.1..2:12 (from..to:count, with :log behind it by a constant
    ratio) make it an axis; and so for repetitions, seed and name. Unless one is given, the name tells
    the values, and with it the folder. A view over an axis that has ended is left out. What is kept
    in the folder is the specification with these values, which all other commands go by.
    """
}
