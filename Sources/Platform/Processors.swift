#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The processors that this process may use: fewer than the machine has, under taskset or a batch system.
public enum Processors {
  public static var available: Int {
    // Slurm may give a task some of a node's processors without binding it to them.
    if let granted = getenv("SLURM_CPUS_PER_TASK").flatMap({ Int(String(cString: $0)) }), granted > 0 { return min(granted, allowed) }
    return allowed
  }

  private static var allowed: Int {
    // Linux tells the set as a mask in hexadecimal digits.
    if let status = try? Files.read("/proc/self/status"),
      let line = String(decoding: status, as: UTF8.self).split(separator: "\n").first(where: { $0.hasPrefix("Cpus_allowed:") })
    {
      let count = line.dropFirst(13).reduce(0) { $0 + ($1.hexDigitValue ?? 0).nonzeroBitCount }
      if count > 0 { return count }
    }
    return max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
  }
}
