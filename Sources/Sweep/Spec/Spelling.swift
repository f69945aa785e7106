/// The candidate that a misspelt word most likely meant: the one that it begins, or one at most half of its letters away, or nil.
public func closest(to word: String, among candidates: [String]) -> String? {
  let begun = candidates.filter { $0.lowercased().hasPrefix(word.lowercased()) }
  if begun.count == 1, word.count > 1 { return begun[0] }
  let ranked = candidates.map { ($0, editDistance(word.lowercased(), $0.lowercased())) }.min { $0.1 < $1.1 }
  guard let (candidate, distance) = ranked, distance * 2 <= candidate.count else { return nil }
  return candidate
}

/// Levenshtein's distance: the least number of letters to insert, delete or replace.
private func editDistance(_ a: String, _ b: String) -> Int {
  let b = Array(b)
  var row = Array(0...b.count)
  for (i, letter) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for j in b.indices {
      let replaced = diagonal + (letter == b[j] ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
    }
  }
  return row[b.count]
}
