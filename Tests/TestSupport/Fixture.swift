import Foundation

/// Reads a file of reference numbers (from independent code in NumPy) in the folder Fixtures beside the test.
public func fixture<T: Decodable>(_ name: String, as type: T.Type, beside test: String = #filePath) throws -> T {
  try JSONDecoder().decode(T.self, from: Data(contentsOf: fixture("\(name).json", beside: test)))
}

/// A file in the folder Fixtures beside the test.
public func fixture(_ name: String, beside test: String = #filePath) -> URL {
  URL(fileURLWithPath: test).deletingLastPathComponent().appendingPathComponent("Fixtures").appendingPathComponent(name)
}
