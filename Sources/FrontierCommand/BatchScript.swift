import Specs
import Storage

/// The scripts that a sweep is submitted to Slurm with: a job array with a task for each shard, and a job that draws when all of them have ended.
struct BatchScript {
  let spec: SweepSpec
  /// From the root, as the nodes see them.
  let program: String
  let output: String
  let shards: Int
  /// Shards that have something to do.
  let open: [Int]
  /// Tasks at one time; nil for as many as fit.
  let atOnce: Int?
  let processors: Int
  /// Further options of sbatch, one word each.
  let arrayOptions: [String]
  let finishOptions: [String]
  /// What submits the next wave of a refined sweep, behind the program's name and the specification's path.
  let again: [String]

  var folder: String { OutputFolder(output).batchFolder }
  /// Of a copy: tasks that wait must not follow what the user writes next.
  var specPath: String { "\(folder)/\(spec.name)-\(spec.hash).json5" }
  var arrayPath: String { folder + "/array.sbatch" }
  var finishPath: String { folder + "/finish.sbatch" }

  /// Ahead of the time limit, in seconds; Slurm checks limits about every thirty.
  private static let warning = 90

  var array: String {
    """
    #!/bin/bash
    # The sweep \(spec.name) in \(shards) shards, by `frontier submit`. Submitted again, its tasks do what is missing:
    #   sbatch \(quoted(arrayPath))
    #SBATCH --job-name=\(spec.name)
    #SBATCH --array=\(Self.ranges(open))\(atOnce.map { "%\($0)" } ?? "")
    #SBATCH --cpus-per-task=\(processors)
    #SBATCH \(log("%A_%a"))
    #SBATCH --open-mode=append
    #SBATCH --requeue
    #SBATCH --signal=B:USR1@\(Self.warning)
    \(directives(arrayOptions))
    echo "$(date) shard $SLURM_ARRAY_TASK_ID/\(shards) on $(hostname), restart ${SLURM_RESTART_COUNT:-0}"

    # USR1 says that the time limit is near: stop in order, and queue again for the rest. TERM (scancel, or Slurm itself) only stops.
    near_limit=no stopping=no task=
    stop() { stopping=yes; [ -n "$task" ] && kill -TERM "$task" 2>/dev/null; }
    trap 'near_limit=yes; stop' USR1
    trap stop TERM

    \(quoted(program)) run \(quoted(specPath)) --shard "$SLURM_ARRAY_TASK_ID/\(shards)" --output \(quoted(output)) --jobs \(processors) &
    task=$!
    [ "$stopping" = yes ] && stop
    # A signal ends a wait, not the task.
    while wait "$task"; code=$?; [ "$code" -gt 128 ] && kill -0 "$task" 2>/dev/null; do :; done
    if [ "$code" -gt 128 ]; then wait "$task"; code=$?; fi

    # 75: stopped, with trials that are new.
    if [ "$near_limit" = yes ] && [ "$code" = 75 ]; then
      scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
    fi
    exit "$code"

    """
  }

  var finish: String {
    """
    #!/bin/bash
    # Draws and compares what there is of the sweep \(spec.name), after its array has ended.
    #SBATCH --job-name=\(spec.name)-figures
    #SBATCH \(log("figures-%j"))
    \(directives(finishOptions))\(spec.refinement == nil ? "" : nextWave)
    \(quoted(program)) status \(quoted(output))
    \(hasFigures ? "\(quoted(program)) render \(quoted(output))" : "# One axis and no views: there is nothing to draw.")
    drawn=$?
    \(quoted(program)) compare \(quoted(output)) && exit "$drawn"

    """
  }

  /// What the trials of a wave show decides which are wanted next, so a refined sweep is submitted wave by wave, as long as each brings something.
  private var nextWave: String {
    let words = ([program, "submit", specPath] + again).map(quoted).joined(separator: " ")
    return """

      count() { \(quoted(program)) status \(quoted(output)) --json | grep -o '"'"$1"'": *[0-9]*' | head -n 1 | grep -o '[0-9]*$'; }
      stored=$(count done) before=$(cat \(quoted(folder + "/stored")) 2>/dev/null)
      if [ "$(count left)" != 0 ]; then
        if [ -n "$stored" ] && [ "$stored" != "$before" ]; then
          echo "$stored" > \(quoted(folder + "/stored"))
          \(words) && exit
        fi
        echo "The next wave is not submitted: the last one brought nothing, or what is above went wrong. By hand:"
        echo \(quoted(words))
      fi

      """
  }

  private var hasFigures: Bool { !spec.views.isEmpty || spec.grid.axes.count > 1 }

  /// A percent sign in a path would be one of Slurm's.
  private func log(_ name: String) -> String {
    quoted("--output=" + folder.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "%%") + "/\(name).log")
  }

  private func directives(_ options: [String]) -> String { options.map { "#SBATCH \(quoted($0))\n" }.joined() }

  private func quoted(_ word: String) -> String { Console.quotedForShell(word) }

  /// As in "1-3,5", of ascending numbers.
  static func ranges(_ numbers: [Int]) -> String {
    var runs: [ClosedRange<Int>] = []
    for number in numbers {
      if let last = runs.last, last.upperBound == number - 1 {
        runs[runs.count - 1] = last.lowerBound...number
      } else {
        runs.append(number...number)
      }
    }
    return runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
  }
}
