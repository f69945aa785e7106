#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

do {
  try Command.run(Array(CommandLine.arguments.dropFirst()))
} catch let exit as Exit {
  fflush(nil)
  _exit(exit.code)
} catch {
  Console.say("frontier: \(error)")
  exit(ExitCode.of(error))
}
