import Experiments

/// That a sweep seeks boundaries instead of measuring its whole grid: first cells that lie apart, then those that a boundary may pass.
public struct Refinement: Sendable, Equatable {
  /// Names of the events whose boundaries are sought, all at once.
  public let events: [String]
  /// How often the first cells' distance is halved: along each axis of numbers they are 2^depth steps apart.
  public let depth: Int

  static let depths = 1...10
  private static let keys = ["event", "depth"]

  /// Reads `{event, depth}`, with one event or a list of them.
  init(_ node: SpecNode, of experiment: any Experiment, axes: [Axis]) throws(SpecError) {
    let nodes = Dictionary(try node.members(Self.keys, called: "key of refine").map { ($0.key, $0.node) }) { first, _ in first }
    let names = experiment.events.map(\.name)
    guard let eventNode = nodes["event"], let depthNode = nodes["depth"] else {
      let missing = Self.keys.filter { nodes[$0] == nil }
      throw node.error("refine needs \(missing.joined(separator: " and ")): {event: \"\(names[0])\", depth: 3}, with one event or a list of them")
    }
    if case .array = eventNode.value.content {
      events = try eventNode.distinctNames(among: names, called: "event")
      guard !events.isEmpty else { throw eventNode.error("at least one event is needed, whose boundary is to be found") }
    } else {
      events = [try eventNode.name(among: names, called: "event")]
    }
    depth = try depthNode.whole(in: Self.depths)
    guard axes.contains(where: { $0.values.count > 2 && Self.follows($0) }) else {
      throw node.error("there is nothing to refine: an axis of three numbers or more is needed. Leave refine out to run the whole grid")
    }
  }

  /// Whether boundaries are followed along an axis: names have no order.
  public static func follows(_ axis: Axis) -> Bool { axis.values.count > 1 && axis.values.allSatisfy { $0.number != nil } }
}
