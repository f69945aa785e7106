import Experiments
import JSONText

extension ParameterValue {
  public var json: JSON {
    switch self {
    case .count(let count): .whole(count)
    case .number(let number): .number(number)
    case .choice(let name): .string(name)
    }
  }
}
