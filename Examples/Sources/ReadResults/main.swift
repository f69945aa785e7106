import Experiments
import Results
import Stability
import Storage

// What a sweep measured, without the command. ../../README.md says how to run it.

guard CommandLine.arguments.count == 2 else { fatalError("usage: ReadResults FOLDER") }
let table = try ResultTable(of: OutputFolder(CommandLine.arguments[1])), spec = table.spec
print("\(spec.name): \(table.stored) of \(spec.trials) trials of the \(spec.experiment.name) experiment")

// Of every cell: where it is, how often each event happened, and what share of its trials a criterion is right about.
for cell in 0..<spec.grid.count {
  let place = zip(spec.grid.axes, spec.grid.coordinates(of: cell)).map { "\($0.name)=\($0.values[$1].text)" }.joined(separator: " ")
  let rows = table.rows(ofCell: cell)
  let shares = spec.experiment.predictedEvents.map { event in
    let happened = rows.compactMap { event.happened($0, spec.success) }
    // A bound that speaks of one side alone is silent on the other.
    let twoSided: Set<Claim> = [.exactInMeanSquare, .exactTypically, .prediction]
    let own = spec.experiment.criteria(judging: spec.success).first { $0.predicts == event.prediction && twoSided.contains($0.claim) }
    let right = rows.count { row in
      guard let happened = event.happened(row, spec.success), let margin = own?.margin(of: row) else { return false }
      return happened == (margin >= 0)
    }
    return "\(event.name) \(happened.count { $0 })/\(happened.count), \(own?.name ?? "nobody") right \(right)"
  }
  print("\(place): " + shares.joined(separator: "; "))
}
