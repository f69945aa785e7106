/// The course of one trial: what was measured after each of its steps, from step 0, before the first.
public struct Trace: Sendable {
  /// Columns that share a scale, as a picture shows them.
  public struct Panel: Sendable {
    public enum Scale: Sendable {
      /// From 0 to 1.
      case share
      /// As far as the values go; logarithmic where they span decades.
      case free
      /// The same, of values that are logarithms already.
      case logarithms
    }

    public let title: String
    public let unit: String
    public let scale: Scale
    /// Columns by name, and what each is of, as in "forget set": lines of one subject look alike in all panels.
    public let lines: [(column: String, subject: String)]
    /// A value that something happens at, and what.
    public let limit: (value: Double, words: String)?

    public init(
      _ title: String, unit: String, _ scale: Scale = .free, lines: [(column: String, subject: String)], limit: (value: Double, words: String)? = nil
    ) {
      (self.title, self.unit, self.scale, self.lines, self.limit) = (title, unit, scale, lines, limit)
    }
  }

  /// Something that happened at a step, as in "escaped".
  public struct Mark: Sendable {
    public let step: Int
    public let words: String

    public init(_ words: String, atStep step: Int) { (self.words, self.step) = (words, step) }
  }

  /// Besides the step.
  public let columns: [Column]
  public internal(set) var panels: [Panel]
  public internal(set) var marks: [Mark]
  /// By column; one value for each step from 0 on.
  private var values: [[Double]]

  /// Of no step yet.
  public init(_ columns: [Column], panels: [Panel] = [], marks: [Mark] = []) {
    (self.columns, self.panels, self.marks) = (columns, panels, marks)
    values = columns.map { _ in [] }
  }

  /// Adds the next step, of which there is a number for each column.
  public mutating func add(_ numbers: [Double]) {
    precondition(numbers.count == columns.count, "a number for each column of the trace")
    for (i, number) in numbers.enumerated() { values[i].append(number) }
  }

  /// Rows; the last is of the end of the run.
  public var count: Int { values.first?.count ?? 0 }

  /// The numbers of a step, in the order of the columns.
  public subscript(step: Int) -> [Double] { values.map { $0[step] } }

  /// The numbers of a column, one for each step; none for a name that is no column.
  public subscript(column: String) -> [Double] { columns.firstIndex { $0.name == column }.map { values[$0] } ?? [] }
}

/// Why a trial has no course to show.
public struct NoTrace: Error, CustomStringConvertible {
  public let reason: String

  public init(reason: String) { self.reason = reason }

  public var description: String { "there is no trace: \(reason)" }
}
