import Experiments
import Specs

/// The cells of a store, found in a sweep's grid.
struct StoredCells {
  /// Row identifiers by the grid's index.
  private(set) var rows: [Int: Int] = [:]

  init(in database: Database, _ layout: StoredLayout, spec: SweepSpec) throws(StoreError) {
    let locator = spec.grid.locator(), parameters = layout.schema.parameters
    let statement = try database.prepare(layout.cellSelection)
    while try statement.step() {
      let row = statement.integer(0)
      let values = parameters.enumerated().map { i, parameter -> ParameterValue in
        switch parameter.kind {
        case .count: .count(statement.integer(2 + i))
        case .number: .number(statement.number(2 + i))
        case .choice: .choice(statement.text(2 + i) ?? "")
        }
      }
      if statement.integer(1) == Int(spec.seed), let index = locator.index(of: values) { rows[index] = row }
    }
  }
}
