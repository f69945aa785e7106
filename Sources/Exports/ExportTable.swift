import JSONText
import Platform

/// Named columns of one length, in the forms that other programs read.
struct ExportTable {
  enum Values {
    case texts([String])
    /// Nil where there is none.
    case numbers([Double?])
    case counts([Int])

    var count: Int {
      switch self {
      case .texts(let values): values.count
      case .numbers(let values): values.count
      case .counts(let values): values.count
      }
    }
  }

  struct Column {
    let name: String
    let values: Values

    init(_ name: String, _ values: Values) { (self.name, self.values) = (name, values) }
  }

  private(set) var columns: [Column] = []
  /// Facts about the whole, for JSON.
  let head: [(String, JSON)]
  /// What JSON calls the rows.
  let name: String
  /// Dimensions of the grid that the rows run over, and the names of the columns that are coordinates along them; nil for a list of rows.
  var grid: (axes: [(name: String, array: NumPyArray)], shape: [Int], coordinates: Set<String>)?

  init(_ name: String, head: [(String, JSON)]) { (self.name, self.head) = (name, head) }

  mutating func add(_ name: String, _ values: Values) { columns.append(Column(name, values)) }

  private var rows: Int { columns.first?.values.count ?? 0 }

  /// A row a line, the first with the names; empty where there is no number.
  func writeCSV(to sink: some ByteSink) throws {
    try sink.write(columns.map(\.name).joined(separator: ",") + "\n")
    for row in 0..<rows {
      let fields = columns.map { column in
        switch column.values {
        case .texts(let values): ResultExport.quotedIfNeeded(values[row])
        case .numbers(let values): values[row].map { "\($0)" } ?? ""
        case .counts(let values): "\(values[row])"
        }
      }
      try sink.write(fields.joined(separator: ",") + "\n")
    }
  }

  /// The head, and a list of objects; null where there is no number.
  func writeJSON(to sink: some ByteSink) throws {
    try sink.write("{\n" + head.map { "\(JSON.quoted($0)): \($1.text),\n" }.joined() + "\(JSON.quoted(name)): [")
    for row in 0..<rows {
      let members = columns.map { column -> (String, JSON) in
        switch column.values {
        case .texts(let values): (column.name, .string(values[row]))
        case .numbers(let values): (column.name, values[row].map { .number($0) } ?? .null)
        case .counts(let values): (column.name, .whole(values[row]))
        }
      }
      try sink.write((row == 0 ? "\n" : ",\n") + JSON.object(members).text)
    }
    try sink.write("\n]\n}\n")
  }

  /// An array a column, over the grid where there is one; NaN where there is no number.
  func writeNPZ(to sink: some ByteSink) throws {
    var archive = ZipArchive(to: sink)
    if let grid {
      try archive.add("axes.npy", NumPyArray(grid.axes.map(\.name), shape: [grid.axes.count]).bytes)
      for axis in grid.axes { try archive.add(axis.name + ".npy", axis.array.bytes) }
    }
    for column in columns where grid?.coordinates.contains(column.name) != true {
      let shape = grid?.shape ?? [rows]
      let array =
        switch column.values {
        case .texts(let values): NumPyArray(values, shape: shape)
        case .numbers(let values): NumPyArray(values.map { $0 ?? .nan }, shape: shape)
        case .counts(let values): NumPyArray(values, shape: shape)
        }
      try archive.add(column.name + ".npy", array.bytes)
    }
    try archive.finish()
  }
}
