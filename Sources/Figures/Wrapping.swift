extension TextMeasure {
  /// Lines of words that fit into a width; a single word that does not is cut short.
  ///
  /// - Parameter keepsClauses: whether lines end behind commas where they can, so that "k = 400" stays together.
  func wrapped(_ text: String, _ font: Font, width limit: Double, keepsClauses: Bool = false) -> [String] {
    var lines: [String] = []
    let parts = keepsClauses ? text.replacing(", ", with: ",\n").split(separator: "\n") : text.split(separator: " ")
    // A clause that is too long for a line of its own is split as words are.
    let words = parts.flatMap { width(String($0), font) <= limit ? [$0] : $0.split(separator: " ") }
    for word in words {
      if let last = lines.last, width(last + " " + word, font) <= limit {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(shortened(String(word), font, width: limit))
      }
    }
    return lines
  }

  private func shortened(_ word: String, _ font: Font, width limit: Double) -> String {
    guard width(word, font) > limit else { return word }
    var word = word
    while !word.isEmpty, width(word + "…", font) > limit { word.removeLast() }
    return word + "…"
  }
}
