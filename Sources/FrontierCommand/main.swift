import Sweep

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

do {
  try Command.run(Array(CommandLine.arguments.dropFirst()))
} catch let error as UsageError {
  Console.say("frontier: \(error)")
  exit(ExitCode.usage)
} catch {
  Console.say("frontier: \(error)")
  exit(ExitCode.failure)
}
