import Experiments
import Model
import TestSupport
import Testing

/// A stage sees the parameters that it declares, and its own eyes decide what is shared.
@Suite struct StageTests {
  /// Another value than the default's, of any kind.
  private func changed(_ parameter: Parameter<CNNParameters>) throws -> CNNParameters {
    var parameters = CNNParameters()
    if parameter.name == "data" {
      let facts = ImageData.Facts(
        digest: "1", counts: [100, 100], shape: ImageShape(rows: 2, columns: 2), naturalSNR: 1, effectiveDimension: 2, varianceAlongSignal: 0.1)
      parameters.images = ImageData(facts) { throw ImagesChanged(digest: "", before: "1") }
      return parameters
    }
    switch parameter.value(in: parameters) {
    case .count(let value): try parameter.set(.count(value + 1), in: &parameters)
    case .number(let value): try parameter.set(.number(value + 0.125), in: &parameters)
    case .choice(let name):
      guard case .choice(let names) = parameter.kind, let other = names.first(where: { $0 != name }) else { return parameters }
      try parameter.set(.choice(other), in: &parameters)
    }
    return parameters
  }

  @Test func aViewChangesWithWhatIsDeclaredAndNothingElse() throws {
    for stage in CNNStages.all {
      let declared = Set(stage.reads.map(\.name))
      for parameter in CNNParameters.all {
        let same = stage.view(of: try changed(parameter)) == stage.view(of: CNNParameters())
        #expect(same != declared.contains(parameter.name), "\(stage.name) and \(parameter.name)")
      }
    }
  }

  /// What a stage is made from it depends on: nothing is lost on the way from stage to stage, and every parameter acts somewhere.
  @Test func stagesReadWhatTheirInputsRead() {
    let reads = Dictionary(uniqueKeysWithValues: CNNStages.all.map { ($0.name, Set($0.reads.map(\.name))) })
    for (stage, inputs) in [
      ("network", ["data"]), ("before", ["network", "split"]), ("batches", ["split"]), ("spectra", ["network", "split"]),
      ("Hessian test", ["spectra", "batches"]), ("stability", ["Hessian test"]),
      ("run", ["network", "batches"]),
    ] {
      for input in inputs { #expect(reads[input, default: ["?"]].isSubset(of: reads[stage, default: []]), "\(stage) and \(input)") }
    }
    #expect(reads.values.reduce(into: Set()) { $0.formUnion($1) } == Set(CNNParameters.all.map(\.name)))
    #expect(cnn.sharedParameters == reads["network"])
  }
}
