import Experiments
import Images
import Platform
import Specs
import Storage

/// What the user asked for that cannot be done as asked, and what to do instead.
struct UsageError: Error, CustomStringConvertible {
  let description: String
}

/// Ends the command with this code; what there is to say has been said.
struct Exit: Error {
  let code: Int32
}

/// Exit codes, as sysexits.h numbers them.
enum ExitCode {
  /// Something failed that none of the others names, or `verify` found a difference.
  static let failure: Int32 = 1
  static let usage: Int32 = 64
  static let badStore: Int32 = 65
  static let noInput: Int32 = 66
  /// A service that is needed is not there, or refused; or there is too little memory.
  static let unavailable: Int32 = 69
  static let cannotCreate: Int32 = 73
  static let inputOutput: Int32 = 74
  static let resumable: Int32 = 75

  static let help = """
    exit codes:
      0  complete                                       1  failed, or verify found a difference
      64 a mistake in the arguments or the specification
      65 a store that is damaged, foreign or of another version
      66 a file that cannot be read
      69, 70  set-up or build failed (./frontier); 69 also: no sbatch here, or it refused; too little memory
      73 a file or folder that cannot be made           74 reading or writing failed, or the disk is full
      75 stopped, or in use by another run: run the same command again
    """

  static func of(_ error: any Error) -> Int32 {
    switch error {
    case is UsageError, is SpecError, is OverrideError: usage
    case is MemoryShortage: unavailable
    case is ImageError, is ImagesChanged: noInput
    case let error as FileError:
      switch error.action {
      case .read: noInput
      case .create: cannotCreate
      case .write: inputOutput
      }
    case let error as StoreError:
      switch error {
      case .inUse, .changed: resumable
      case .foreign, .incompatible, .newer, .damaged, .contradiction: badStore
      case .cannotOpen: noInput
      case .cannotWrite: cannotCreate
      case .full, .inputOutput: inputOutput
      }
    default: failure
    }
  }
}
