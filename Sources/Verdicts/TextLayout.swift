/// Of a terminal: what is printed for people keeps to it.
package let terminalWidth = 80

extension String {
  /// In lines of at most `width` characters, all but the first indented. A longer word stays whole.
  package func wrapped(to width: Int = terminalWidth, indent: Int) -> String {
    guard count > width, let end = prefix(width + 1).dropFirst(indent + 1).lastIndex(of: " ") else { return self }
    return self[..<end] + "\n" + (String(repeating: " ", count: indent) + self[index(after: end)...]).wrapped(to: width, indent: indent)
  }

  package func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}

/// Columns of text side by side. What has no place in the width goes into blocks below, each with the leading columns again.
struct TextTable {
  /// Each from its heading on, all as long.
  let leading: [[String]]
  /// Each group begins a block.
  let groups: [[[String]]]

  private static let gap = 2, indent = 2

  var text: String { groups.flatMap(blocks).map(Self.block).joined(separator: "\n") }

  private func blocks(_ columns: [[String]]) -> [[[String]]] {
    let start = Self.indent + leading.reduce(0) { $0 + Self.width($1) + Self.gap } - Self.gap
    var blocks: [[[String]]] = [], used = terminalWidth
    for column in columns {
      let width = Self.gap + Self.width(column)
      if used + width > terminalWidth {
        blocks.append(leading)
        used = start
      }
      blocks[blocks.count - 1].append(column)
      used += width
    }
    return blocks
  }

  private static func block(_ columns: [[String]]) -> String {
    let widths = columns.map(width)
    return (0..<(columns.first?.count ?? 0)).map { row in
      var line = String(repeating: " ", count: indent)
      for (i, column) in columns.enumerated() { line += column[row] + String(repeating: " ", count: widths[i] - column[row].count + gap) }
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }

  private static func width(_ column: [String]) -> Int { column.map(\.count).max() ?? 0 }
}
