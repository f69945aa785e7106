extension TextMeasure {
  /// Lines of words that fit into a width; a single word that does not is broken.
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
        lines += broken(String(word), font, width: limit)
      }
    }
    return lines
  }

  /// Parts of a word that is too long for a line: behind its own hyphens where it has some, else anywhere, and then a hyphen tells.
  private func broken(_ word: String, _ font: Font, width limit: Double) -> [String] {
    guard width(word, font) > limit, word.count > 1 else { return [word] }
    var count = word.count - 1
    while count > 1, width(word.prefix(count) + "-", font) > limit { count -= 1 }
    let start = word.prefix(count)
    if let hyphen = start.lastIndex(of: "-"), hyphen > start.startIndex {
      return [String(word[...hyphen])] + broken(String(word[word.index(after: hyphen)...]), font, width: limit)
    }
    return [start + "-"] + broken(String(word.dropFirst(count)), font, width: limit)
  }
}
