# Sourced by every command in dev/: where things live, and what all of them use.
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

# What dev/build, clippy and the tests compile: one selection of packages and features, so that dependencies are compiled once.
# shellcheck disable=SC2034 # for those that source this file
RUST_PACKAGES=(--package app --package server --package bindgen --features app/ssr)

say() { printf '%s\n' "$*"; }

# One clear line on standard error, then stop.
die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

. "$ROOT/dev/phases.sh"

have() { command -v "$1" >/dev/null 2>&1; }

# on_wasm COMMAND...: runs COMMAND in a subshell with the toolchain that targets WebAssembly. Cargo does not detect a rebuilt
# standard library, so artifacts compiled against the previous one are removed first.
on_wasm() (
  out=${CARGO_TARGET_DIR:-$ROOT/target}/wasm32-unknown-unknown
  settings=$("$ROOT/dev/toolchain" --print-env)
  eval "$settings"
  std=$(cd "$(rustc --print target-libdir --target wasm32-unknown-unknown)" && stat -c '%n %s' -- *.rlib | sha256sum)
  if [ "$(cat "$out/.std" 2>/dev/null)" != "$std" ]; then
    rm -rf "$out"
    mkdir -p "$out"
    printf '%s' "$std" >"$out/.std"
  fi
  "$@"
)

# apt_install PACKAGE...: installs what is missing. Elsewhere than on Debian it says what to install and stops.
apt_install() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  have apt-get || die "these packages are needed, please install them: ${missing[*]}"
  [ "$(id -u)" = 0 ] || die "these packages are needed, please run: sudo apt-get install ${missing[*]}"
  (
    # Lanes take turns: apt waits for another's lock on packages, but not for one on lists.
    flock --wait 1800 8 || die "another command of dev/ has been installing packages for half an hour; see it with: fuser -v $CACHE/apt.lock"
    # An installation that was interrupted before is finished first.
    [ -z "$(find /var/lib/dpkg/updates -type f -print -quit)" ] || dpkg --configure -a 8>&-
    if [ -z "$(find /var/lib/apt/lists -name '*_Packages*' -newermt '-1 day' -print -quit 2>/dev/null)" ]; then
      apt-get update -qq 8>&-
    fi
    # Another apt may be at work, such as unattended upgrades.
    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "${missing[@]}" 8>&-
  ) 8>"$CACHE/apt.lock"
}
