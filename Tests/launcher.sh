#!/usr/bin/env bash
# Tests ./frontier and scripts/setup on a copy of both, in a world of fakes: PATH holds nothing but a few
# real tools and stand-ins for swift, pkg-config, apt-get, sudo, id and make. Nothing is installed or compiled.
set -uo pipefail

project=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")
temp=$(mktemp -d)
trap 'rm -rf -- "$temp"' EXIT
passed=0 failed=0

# ---------------------------------------------------------------- the fake world

# A stand-in called $1 whose body is read from standard input. Each notes how it was called in $temp/calls.
fake() {
  { printf '#!/bin/bash\necho "%s $*" >>"%s/calls"\n' "$1" "$temp"; cat; } >"$temp/fakes/$1"
  chmod +x "$temp/fakes/$1"
}
mkdir "$temp/fakes" "$temp/tools"
for tool in bash cat chmod dirname env find flock grep mkdir mv readlink rm script sleep touch; do
  ln -s "$(type -P "$tool")" "$temp/tools/$tool"
done

export FAKE_VERSION FAKE_BUILD FAKE_USER FAKE_SUDO FAKE_APT
export WORLD=$temp

# FAKE_BUILD: good, fails, slow.
fake swift <<'END'
if [[ $1 == --version ]]; then echo "swift-driver version: 1.2.3 Swift version $FAKE_VERSION (swift-RELEASE)"; exit; fi
while (( $# )); do [[ $1 == --scratch-path ]] && out=$2/release; shift; done
echo "swift chatter on stdout"; echo "swift chatter on stderr" >&2
read -r line && echo "swift stole: $line"
[[ $FAKE_BUILD == fails ]] && { echo "error: no such thing as a free lunch"; exit 1; }
[[ $FAKE_BUILD == slow ]] && sleep 0.5
mkdir -p "$out"
cat >"$out/frontier" <<'BINARY'
#!/bin/bash
case $1 in
  exit) exit "$2" ;;
  pid) echo $$ ;;
  cat) cat ;;
  lock) [[ ! -e /proc/$$/fd/9 ]]; echo $? ;;
  *) printf '<%s>' "$PWD" "$@"; echo ;;
esac
BINARY
chmod +x "$out/frontier"
END

# The packages named in $temp/missing have not been installed yet.
fake pkg-config <<'END'
declare -A package=([openblas]=libopenblas-dev [sqlite3]=libsqlite3-dev [zlib]=zlib1g-dev [cairo]=libcairo2-dev
  [libpng]=libpng-dev)
[[ $1 == --exists && -n ${package[$2]} ]] && ! grep -q "${package[$2]}" "$WORLD/missing"
END
fake make </dev/null

# FAKE_APT: good, no-lists (install works only after an update), broken, useless (says yes, does nothing).
fake apt-get <<'END'
[[ $DEBIAN_FRONTEND == noninteractive ]] || exit 3
[[ $(id -u) == 0 || -n $UNDER_SUDO ]] || exit 4
echo "apt chatter"
case "$FAKE_APT $*" in
  broken*) exit 100 ;;
  no-lists*update) touch "$WORLD/updated" ;;
  no-lists*) [[ -f $WORLD/updated ]] || { echo "E: Unable to locate package" >&2; exit 100; } ;;
esac
if [[ "$*" == *install* && $FAKE_APT != useless ]]; then
  : >"$WORLD/missing"
  for name in pkg-config make; do
    [[ -f $WORLD/away/$name ]] && mv "$WORLD/away/$name" "$WORLD/fakes/$name"
  done
fi
exit 0
END
fake id <<'END'
[[ $FAKE_USER == root ]] && echo 0 || echo 1000
END

# FAKE_SUDO: free (no password), asks (password, so fails with -n).
fake sudo <<'END'
if [[ $1 == -n ]]; then [[ $FAKE_SUDO == free ]] || exit 1; shift; fi
UNDER_SUDO=1 "$@"
END
mkdir "$temp/away"

# Everything in order again, and nothing built: a fresh copy of the project in "$root".
fresh() {
  FAKE_VERSION=6.1.2 FAKE_BUILD=good FAKE_USER=root FAKE_SUDO=free FAKE_APT=good
  find "$temp/away" -type f -exec mv -t "$temp/fakes" {} +
  rm -rf -- "$temp/a project" "$temp/updated"
  root="$temp/a project"
  mkdir -p "$root/Sources/Inner/Deeper" "$root/scripts"
  cp -- "$project/frontier" "$root/"
  cp -- "$project/scripts/setup" "$root/scripts/"
  echo package >"$root/Package.swift"
  echo one >"$root/Sources/Inner/One.swift"
  echo two >"$root/Sources/Inner/Deeper/Two.swift"
  : >"$temp/missing"
  : >"$temp/calls"
}
built() { fresh; run; : >"$temp/calls"; }
without() { mv -- "$temp/fakes/$1" "$temp/away/"; }

# Runs the launcher; leaves its exit code in `code`, its words in `out` and `err`, calls of the fakes in `calls`.
# They are run as "$launcher" from the present folder, with standard input from $input.
launcher='' input=/dev/null
run() {
  env PATH="$temp/fakes:$temp/tools" "${launcher:-$root/frontier}" "$@" <"$input" >"$temp/out" 2>"$temp/err"
  code=$?
  out=$(<"$temp/out") err=$(<"$temp/err") calls=$(<"$temp/calls")
}

# ---------------------------------------------------------------- assertions

check() { # description, then a command that must succeed
  local what=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAILED: %s: %s\n  exit code %s, calls: %s\n  stdout: %s\n  stderr: %s\n' \
      "$what" "$*" "$code" "$calls" "$out" "$err"
  fi
}
is() { [[ $1 == "$2" ]]; }
has() { [[ $1 == *"$2"* ]]; }
lacks() { [[ $1 != *"$2"* ]]; }
builds() { grep -c '^swift build' "$temp/calls"; }
stamped() { [[ -f $root/.build/frontier-stamp ]]; }
unstamped() { ! stamped; }

# ---------------------------------------------------------------- the first run and the second

fresh; run hello 'two words'
check 'the first run builds and runs the binary' is "$code $(builds)" '0 1'
check 'it builds the product in release' has "$calls" '-c release --product frontier'
check 'standard output is the binary'\''s alone, arguments intact' is "$out" "<$PWD><hello><two words>"
check 'it says that it builds' has "$err" 'building frontier (release)'
check 'swift is not heard when all goes well' lacks "$err" chatter
check 'nothing is installed when nothing is missing' lacks "$calls" apt-get

: >"$temp/calls"; run again
check 'the second run calls nothing at all' is "$code $out $calls $err" "0 <$PWD><again>  "

best=1000000
for _ in {1..20}; do
  start=${EPOCHREALTIME//[.,]/}
  run exit 0
  took=$((${EPOCHREALTIME//[.,]/} - start))
  (( took < best )) && best=$took
done
printf 'an unchanged tree costs %d.%d ms, fake binary included\n' $((best / 1000)) $((best % 1000 / 100))
check 'an unchanged tree costs less than 30 ms' test "$best" -lt 30000

# ---------------------------------------------------------------- what counts as a change

rebuilds() { # description, command that changes the tree
  local what=$1
  shift
  built; sleep 0.01; "$@"; run
  check "$what leads to a build" is "$code $(builds)" '0 1'
  : >"$temp/calls"; run
  check "$what leads to one build only" is "$code $(builds)" '0 0'
}
touch -d 2001-01-01 "$temp/old"
rebuilds 'a touched source' touch "$root/Sources/Inner/Deeper/Two.swift"
rebuilds 'an added source' cp "$root/Package.swift" "$root/Sources/Inner/Three.swift"
rebuilds 'a deleted source' rm "$root/Sources/Inner/Deeper/Two.swift"
rebuilds 'a deleted folder' rm -r "$root/Sources/Inner/Deeper"
rebuilds 'an old file copied over a source, date and all' cp -p "$temp/old" "$root/Sources/Inner/One.swift"
rebuilds 'a changed Package.swift' touch "$root/Package.swift"
rebuilds 'a changed scripts/setup' touch "$root/scripts/setup"
rebuilds 'a new toolchain' touch "$temp/fakes/swift"
rebuilds 'a deleted binary' rm "$root/.build/release/frontier"
rebuilds 'make clean' rm -rf "$root/.build"

built; mkdir "$root/output"; echo x >"$root/output/results"; run
check 'results are not a change' is "$(builds)" 0

built; without swift; run
check 'a built tree runs without swift' is "$code" 0

built; mkdir -p "$root/.build/linux/release/ModuleCache"; mv "$root" "$temp/moved"; root=$temp/moved
: >"$temp/calls"; run
check 'a moved folder just runs' is "$code $(builds)" '0 0'
touch "$root/Package.swift"; run
check 'but its module caches, which hold paths, go before the next build' test ! -e "$root/.build/linux/release/ModuleCache"
check 'and it builds' is "$code $(builds)" '0 1'
rm -rf "$temp/moved"

# ---------------------------------------------------------------- handing over to the binary

fresh; run exit 75
check 'the exit code is the binary'\''s, first run' is "$code" 75
run exit 3
check 'the exit code is the binary'\''s, later runs' is "$code" 3
echo 'from the user' >"$temp/input"
fresh; input=$temp/input; run cat; input=/dev/null
check 'standard input is left for the binary' is "$out" 'from the user'
run lock
check 'the binary does not inherit the lock' is "$out" 0
# shellcheck disable=SC2016 # expanded by the inner shell
pids=$(env PATH="$temp/fakes:$temp/tools" bash -c 'echo $$; exec "$0" pid' "$root/frontier")
check 'the binary takes the launcher'\''s place, so signals reach it' is "${pids#*$'\n'}" "${pids%$'\n'*}"

built; ln -s "$root/frontier" "$temp/link"; ln -s link "$temp/link to link"; launcher="$temp/link to link"; run x
check 'it works through symbolic links' is "$code $out $calls" "0 <$PWD><x> "
launcher=''; rm "$temp/link" "$temp/link to link"

cd -- "$temp" || exit
launcher='a project/frontier'; run x
check 'it works by a relative path from elsewhere, and stays there' is "$code $out $calls" "0 <$temp><x> "
cd -- "$root/Sources" || exit
launcher=../frontier; touch Inner/One.swift; run x
check 'it builds from elsewhere' is "$code $out $(builds)" "0 <$root/Sources><x> 1"
launcher=''; cd -- "$project" || exit

# ---------------------------------------------------------------- a failing build

fresh; FAKE_BUILD=fails; run
check 'a failed build exits with 70' is "$code" 70
check 'a failed build shows the compiler'\''s errors' has "$err" 'free lunch'
check 'a failed build says nothing on standard output' is "$out" ''
check 'a failed build leaves no stamp' unstamped
built; touch "$root/Sources/Inner/One.swift"; FAKE_BUILD=fails; run
check 'an old binary is not run when the new one fails to build' is "$code $out" '70 '
check 'a failed build leaves no stamp, old or new' unstamped
FAKE_BUILD=good; run
check 'it recovers' is "$code" 0
check 'a good build leaves a stamp' stamped

fresh
env PATH="$temp/fakes:$temp/tools" script -qec "'$root/frontier' hello" /dev/null </dev/null >"$temp/out" 2>&1
out=$(<"$temp/out")
check 'on a terminal swift is heard' has "$out" chatter
check 'and its words reach the terminal before the binary'\''s' has "${out#*chatter}" '<hello>'

# ---------------------------------------------------------------- two at once

fresh; FAKE_BUILD=slow
env PATH="$temp/fakes:$temp/tools" "$root/frontier" exit 4 2>"$temp/err1" & one=$!
env PATH="$temp/fakes:$temp/tools" "$root/frontier" exit 5 2>"$temp/err2" & two=$!
wait $one; code1=$?
wait $two; code2=$?
err=$(cat "$temp/err1" "$temp/err2")
check 'two at once both run' is "$code1 $code2" '4 5'
check 'two at once build once' is "$(builds)" 1
check 'one of two at once says that it waits' has "$err" 'waiting for it'

fresh; FAKE_BUILD=slow
env PATH="$temp/fakes:$temp/tools" "$root/frontier" exit 0 2>/dev/null & one=$!
sleep 0.25; touch "$root/Sources/Inner/One.swift"; wait $one; run
check 'a source changed during the build leads to another' is "$code $(builds)" '0 2'

# ---------------------------------------------------------------- setting up the machine

apt='apt-get -qq -o DPkg::Lock::Timeout=300'
fresh; echo libsqlite3-dev >"$temp/missing"; run hello
check 'root: the missing library is installed, then all goes on' is "$code $out" "0 <$PWD><hello>"
check 'root: exactly the missing package, without sudo' is "$(grep -E '^(apt-get|sudo)' <<<"$calls")" \
  "$apt install -y --no-install-recommends libsqlite3-dev"
check 'root: it says what it installs' has "$err" 'installing with apt-get: libsqlite3-dev'
: >"$temp/calls"; run
check 'root: only once' is "$calls" ''

fresh; printf '%s\n' libsqlite3-dev zlib1g-dev >"$temp/missing"; run
check 'several libraries are installed together' has "$calls" '--no-install-recommends libsqlite3-dev zlib1g-dev'

fresh; printf '%s\n' libsqlite3-dev zlib1g-dev libcairo2-dev libpng-dev >"$temp/missing"; without pkg-config; without make; run
check 'a bare machine: pkg-config comes first, make comes along' has "$calls" \
  '--no-install-recommends pkg-config libsqlite3-dev zlib1g-dev libcairo2-dev libpng-dev make'
check 'a bare machine: then it runs' is "$code" 0

fresh; without make; run
check 'make alone is not worth an installation' is "$code $(grep -c apt-get "$temp/calls")" '0 0'

fresh; echo libsqlite3-dev >"$temp/missing"; FAKE_APT=no-lists; run
check 'no package lists: update, then install again' is "$(grep '^apt-get' <<<"$calls")" \
  "$apt install -y --no-install-recommends libsqlite3-dev
$apt update
$apt install -y --no-install-recommends libsqlite3-dev"
check 'no package lists: it runs in the end' is "$code" 0

fresh; echo libsqlite3-dev >"$temp/missing"; FAKE_USER=someone; run
check 'sudo without password: used' has "$calls" 'sudo -n env DEBIAN_FRONTEND=noninteractive apt-get'
check 'sudo without password: it says so' has "$err" 'installing with sudo -n apt-get: libsqlite3-dev'
check 'sudo without password: it runs in the end' is "$code" 0

stops() { # description; a machine where nothing can be installed has been made
  run
  check "$1: exit code 69" is "$code" 69
  check "$1: names the package" has "$err" 'sudo apt-get install libsqlite3-dev'
  check "$1: silent on standard output" is "$out" ''
  check "$1: does not build" is "$(builds)" 0
  check "$1: leaves no stamp" unstamped
}
fresh; echo libsqlite3-dev >"$temp/missing"; FAKE_USER=someone FAKE_SUDO=asks; stops 'password needed, no terminal'
check 'password needed, no terminal: apt-get is not called' lacks "$calls" apt-get
fresh; echo libsqlite3-dev >"$temp/missing"; FAKE_USER=someone; without sudo; stops 'no root, no sudo'
fresh; echo libsqlite3-dev >"$temp/missing"; without apt-get; stops 'no apt-get'
check 'no apt-get: says so' has "$err" 'no apt-get'
fresh; echo libsqlite3-dev >"$temp/missing"; FAKE_APT=broken; stops 'apt-get fails'
check 'apt-get fails: what it said is shown' has "$err" 'apt chatter'
fresh; echo libsqlite3-dev >"$temp/missing"; FAKE_APT=useless; stops 'installed, yet not found'

fresh; echo libsqlite3-dev >"$temp/missing"; FAKE_USER=someone FAKE_SUDO=asks
env PATH="$temp/fakes:$temp/tools" script -qec "'$root/frontier' hello" /dev/null </dev/null >"$temp/out" 2>&1
calls=$(<"$temp/calls")
check 'password needed, on a terminal: sudo may ask' has "$calls" 'sudo env DEBIAN_FRONTEND=noninteractive apt-get'
check 'password needed, on a terminal: it runs in the end' has "$(<"$temp/out")" '<hello>'

# ---------------------------------------------------------------- the toolchain

fresh; without swift; run
check 'no swift: exit code 69' is "$code" 69
check 'no swift: says so' has "$err" 'swift is not on PATH'
fresh; FAKE_VERSION=5.10.1; echo libsqlite3-dev >"$temp/missing"; run
check 'old swift: exit code 69, nothing installed' is "$code $(grep -c apt-get "$temp/calls")" '69 0'
check 'old swift: names both versions' has "$err" 'Swift 6.0 or later is needed'
check 'old swift: names the one found' has "$err" 'is 5.10.1'
fresh; FAKE_VERSION=nonsense; run
check 'unknown swift: exit code 69' is "$code" 69
for version in 6.0 6.0-dev 6.3.1 10.0; do
  fresh; FAKE_VERSION=$version; run
  check "Swift $version will do" is "$code" 0
done

printf '%d passed, %d failed\n' "$passed" "$failed"
(( failed == 0 ))
