import FrontierNumerics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What a machine has not enough of.
public struct MemoryShortage: Error, Sendable, CustomStringConvertible {
  /// What needs it.
  public let purpose: String
  /// In bytes.
  public let needed: Int
  public let available: Int
  /// What to do about it.
  public let advice: String

  public init(purpose: String, needed: Int, available: Int, advice: String) {
    (self.purpose, self.needed, self.available, self.advice) = (purpose, needed, available, advice)
  }

  public var description: String {
    "\(purpose) needs about \(Memory.words(needed)) of memory, and \(Memory.words(available)) are available here; \(advice)"
  }
}

/// The memory that this process may use, in bytes.
public enum Memory {
  /// What the system, a control group, a limit of the shell and Slurm all leave.
  public static var available: Int {
    let limits = [system, ofControlGroup, ofAddressSpace, ofSlurm].compactMap { $0 }
    return limits.min() ?? .max
  }

  /// Refuses what does not fit.
  public static func require(_ bytes: Int, for purpose: String, advice: String) throws(MemoryShortage) {
    let available = available
    guard bytes <= available else { throw MemoryShortage(purpose: purpose, needed: bytes, available: available, advice: advice) }
  }

  /// As in "1.5 GB".
  public static func words(_ bytes: Int) -> String {
    guard bytes < Int.max else { return "more than can be told" }
    let units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"]
    var value = Double(bytes), unit = 0
    while value >= 1000, unit < units.count - 1 { (value, unit) = (value / 1000, unit + 1) }
    let tenths = Int((value * 10).rounded())
    return unit == 0 || value >= 10 ? "\(Int(value.rounded())) \(units[unit])" : "\(tenths / 10).\(tenths % 10) \(units[unit])"
  }

  private static var system: Int? {
    if let kilobytes = number(after: "MemAvailable:", in: "/proc/meminfo") { return kilobytes * 1024 }
    let (pages, size) = (sysconf(Int32(_SC_PHYS_PAGES)), sysconf(Int32(_SC_PAGESIZE)))
    return pages > 0 && size > 0 ? Int(pages) * Int(size) : nil
  }

  /// The least that is left in this process' control group and those above it, of either version. The page cache is given back when it is needed.
  private static var ofControlGroup: Int? {
    func left(_ folder: String, _ limit: String, _ used: String, _ cached: [String]) -> Int? {
      guard let limit = content(folder + limit).flatMap({ Int($0) }), let used = content(folder + used).flatMap({ Int($0) }) else { return nil }
      let cache = cached.compactMap { number(after: $0 + " ", in: folder + "/memory.stat") }.reduce(0, +)
      return max(0, limit - max(0, used - cache))
    }
    // A container may see its own group as the root, whatever its path.
    func alongPath(_ path: Substring?, in root: String, _ left: (String) -> Int?) -> [Int] {
      var group = path ?? "/", found = [left(root)]
      while group != "/", let slash = group.lastIndex(of: "/") {
        found.append(left(root + group))
        group = slash == group.startIndex ? "/" : group[..<slash]
      }
      return found.compactMap { $0 }
    }
    let groups = (content("/proc/self/cgroup") ?? "").split(separator: "\n").map { $0.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false) }
    let new = alongPath(groups.first { $0.count == 3 && $0[0] == "0" }?[2], in: "/sys/fs/cgroup") {
      left($0, "/memory.max", "/memory.current", ["inactive_file", "active_file"])
    }
    let old = alongPath(groups.first { $0.count == 3 && $0[1].split(separator: ",").contains("memory") }?[2], in: "/sys/fs/cgroup/memory") {
      left($0, "/memory.limit_in_bytes", "/memory.usage_in_bytes", ["total_inactive_file", "total_active_file"])
    }
    return (new + old).min()
  }

  /// Half of a limited address space (ulimit -v): stacks and pools of threads reserve much of it without using memory.
  private static var ofAddressSpace: Int? {
    var limit = rlimit()
    #if canImport(Glibc)
      let kind = __rlimit_resource_t(RLIMIT_AS.rawValue)
    #else
      let kind = RLIMIT_AS
    #endif
    guard getrlimit(kind, &limit) == 0, limit.rlim_cur < UInt64(Int.max) else { return nil }
    return max(0, Int(limit.rlim_cur) - (number(after: "VmSize:", in: "/proc/self/status") ?? 0) * 1024) / 2
  }

  /// Slurm may grant a task less than its node has, in megabytes, without enforcing it by a control group.
  private static var ofSlurm: Int? {
    func number(_ name: String) -> Int? { getenv(name).flatMap { Int(String(cString: $0)) }.flatMap { $0 > 0 ? $0 : nil } }
    if let node = number("SLURM_MEM_PER_NODE") { return bytes(node, 1 << 20) }
    return number("SLURM_MEM_PER_CPU").map { bytes($0, number("SLURM_CPUS_PER_TASK") ?? 1, 1 << 20) }
  }

  private static func number(after key: String, in file: String) -> Int? {
    content(file)?.split(separator: "\n").first { $0.hasPrefix(key) }.flatMap { line in Int(line.dropFirst(key.count).filter(\.isNumber)) }
  }

  private static func content(_ file: String) -> String? {
    (try? Files.read(file)).map { bytes in
      var text = Substring(String(decoding: bytes, as: UTF8.self))
      while text.last?.isWhitespace == true { text.removeLast() }
      return String(text)
    }
  }
}
