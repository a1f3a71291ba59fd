# Sourced by every command in dev/: where things live, and phases with times.
#
# URUMI_CACHE  what may be thrown away and is only slow to get again (tools, images, Kubernetes binaries)
# URUMI_STATE  what belongs to what runs now (pid files, kubeconfig, volumes, the server's database, logs)

set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CACHE=${URUMI_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/urumi}
STATE=${URUMI_STATE:-${XDG_STATE_HOME:-$HOME/.local/state}/urumi}
LOGS=$STATE/logs
export PATH=$CACHE/bin:$PATH
mkdir -p "$CACHE/bin" "$LOGS"

say() { printf '%s\n' "$*"; }

# One clear line on standard error, then stop.
die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# phase NAME COMMAND...: runs COMMAND with its output in a log, prints NAME and the seconds it took.
# On failure it prints the end of the log and stops with the command's status.
# Inside another phase it only runs the command, so that commands can call each other.
phase() {
  local name=$1 log status=0 begun
  shift
  if [ -n "${URUMI_IN_PHASE:-}" ]; then
    say "-- $name"
    "$@"
    return
  fi
  log=$LOGS/$(printf '%s' "$name" | tr -cs 'A-Za-z0-9' '-' | sed 's/-*$//').log
  printf '  %-44s' "$name"
  begun=$(date +%s.%N)
  # A subshell with its own `set -e`: a failure inside a function must not be swallowed by the `||`.
  set +e
  (
    set -e
    export URUMI_IN_PHASE=1
    "$@"
  ) >"$log" 2>&1 </dev/null
  status=$?
  set -e
  LC_ALL=C awk -v a="$begun" -v b="$(date +%s.%N)" -v ok="$status" \
    'BEGIN { printf "%s %7.1f s\n", (ok == 0 ? "ok    " : "FAILED"), b - a }'
  if [ "$status" -ne 0 ]; then
    say "    the last lines of $log:"
    tail -n "${URUMI_LOG_LINES:-40}" "$log" | sed 's/^/    | /'
    exit "$status"
  fi
}

have() { command -v "$1" >/dev/null 2>&1; }

# apt_install PACKAGE...: installs what is missing. Elsewhere than on Debian it says what to install and stops.
apt_install() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  have apt-get || die "these packages are needed, please install them: ${missing[*]}"
  [ "$(id -u)" = 0 ] || die "these packages are needed, please run: sudo apt-get install ${missing[*]}"
  if [ -z "$(find /var/lib/apt/lists -name '*_Packages*' -newermt '-1 day' -print -quit 2>/dev/null)" ]; then
    apt-get update -qq
  fi
  # Another apt may be at work, such as unattended upgrades.
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "${missing[@]}"
}
