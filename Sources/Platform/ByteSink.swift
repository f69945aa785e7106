/// Where an export goes.
public protocol ByteSink: AnyObject {
  func write(_ bytes: [UInt8]) throws
}

extension ByteSink {
  public func write(_ text: String) throws { try write(Array(text.utf8)) }
}
