#!/usr/bin/env bash
# Refined sweeps against their whole grids: where the boundaries are, and what that takes. Ten minutes or more on two cores.
#
#   Benchmarks/boundaries.sh [FOLDER]     where the sweeps' folders lie (default output); what is stored there is not run again
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
output=${1-output}
specs=$(mktemp -d)
trap 'rm -r "$specs"' EXIT

# The cells of a sweep as a table, from a specification and a line to take the place of its refinement.
cells() { # NAME SPEC REFINEMENT
  sed -e "s/^  name: .*/  name: \"$1\",/" -e "s/^  refine: .*/  $3/" "$2" > "$specs/$1.json5"
  /usr/bin/time -f "$1: %e s, %U s of processor time" ./frontier run "$specs/$1.json5" --output "$output/$1" --no-figures > /dev/null
  ./frontier export "$output/$1" --what cells --format csv --to "$specs/$1.csv"
}
compare() { # WHOLE REFINED EVENT...
  python3 Benchmarks/compare_boundaries.py "$specs/$1.csv" "$specs/$2.csv" "${@:3}"
}

plane=sweeps/snr-forget-boundary.json5 grid=Benchmarks/full-grid-boundary.json5
cells snr-forget-boundary-whole "$plane" ""
cells snr-forget-boundary "$plane" 'refine: { event: ["forgetSuccess", "retainSuccess"], depth: 3 },'
compare snr-forget-boundary-whole snr-forget-boundary forgetSuccess retainSuccess
cells full-grid-boundary-whole "$grid" ""
python3 Benchmarks/compare_boundaries.py --ends "$specs/full-grid-boundary-whole.csv" forgetSuccess retainSuccess
for event in forgetSuccess retainSuccess; do
  cells "full-grid-boundary-$event" "$grid" "refine: { event: \"$event\", depth: 3 },"
  compare full-grid-boundary-whole "full-grid-boundary-$event" "$event"
done
