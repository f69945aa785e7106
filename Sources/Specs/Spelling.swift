/// The candidate that a misspelt word most likely meant: the one that it begins, or one at most half of its letters away, or nil.
public func closest(to word: String, among candidates: [String]) -> String? {
  let begun = candidates.filter { $0.lowercased().hasPrefix(word.lowercased()) }
  if begun.count == 1, word.count > 1 { return begun[0] }
  let ranked = candidates.map { ($0, editDistance(word.lowercased(), $0.lowercased())) }.min { $0.1 < $1.1 }
  guard let (candidate, distance) = ranked, distance * 2 <= candidate.count else { return nil }
  return candidate
}

/// The least number of letters to insert, delete, replace or swap with their neighbour (optimal string alignment).
private func editDistance(_ a: String, _ b: String) -> Int {
  let a = Array(a), b = Array(b)
  var beforeLast: [Int] = [], last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var best = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, beforeLast[j - 1] + 1) }
      row.append(best)
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}
