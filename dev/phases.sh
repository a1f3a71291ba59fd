# Phases with times, and lanes of them side by side. Sourced by dev/lib.sh.
#
# CACHE/times/NAME holds the seconds that a phase took on this machine; dev/times those seen in a first start on a two-core machine,
# beside the other lanes. Phases that only wait for another lane stand there with 0 seconds: their times are not kept.

TIMES=$CACHE/times

slug() { printf '%s' "$1" | tr -cs 'A-Za-z0-9' '-' | sed 's/-*$//'; }

# usual NAME: how many seconds a phase takes when it has all of its work to do; nothing where that is not known.
usual() { cat "$TIMES/$(slug "$1")" 2>/dev/null || shipped "$1"; }
shipped() { awk -F '\t' -v name="$1" '$2 == name { print $1 }' "$ROOT/dev/times"; }

# A run that found most of its work done says nothing about the next one that does not: less than a third of what stands in
# dev/times, or of what was kept where nothing stands there.
remember() { # NAME SECONDS
  local whole
  whole=$(shipped "$1")
  [ -n "$whole" ] || whole=$(usual "$1")
  [ "$whole" != 0 ] && [ "$2" -ge 3 ] && [ "$2" -ge $((${whole:-0} / 3)) ] || return 0
  mkdir -p "$TIMES"
  printf '%s\n' "$2" >"$TIMES/$(slug "$1")"
}

# duration SECONDS: `45 s`, `4 min 20 s`.
duration() {
  if [ "$1" -lt 60 ]; then printf '%s s' "$1"; else printf '%s min %02d s' $(($1 / 60)) $(($1 % 60)); fi
}

usually() {
  local seconds
  seconds=$(usual "$1")
  [ -z "$seconds" ] || [ "$seconds" -lt 5 ] || printf 'usually %s' "$(duration "$seconds")"
}

# plan LANE NAME...: phases that LANE is going to run in this order, so that the time that remains can be told. What runs once all
# lanes have what they wait for is planned as the lane `after`.
plan() {
  local lane=$1 name
  mkdir -p "$URUMI_PLAN"
  shift
  for name in "$@"; do printf '%s\t0\t%s\n' "$(usual "$name" | grep . || echo 1)" "$name" >>"$URUMI_PLAN/$lane"; done
}

# plan_mark NAME EPOCH|over: records that a planned phase has begun or ended. Those that were planned before it had nothing to do.
# Each lane writes only its own file, and `after` is written by the one lane that ends it.
plan_mark() {
  local file
  [ -n "${URUMI_PLAN:-}" ] || return 0
  for file in "$URUMI_PLAN/${URUMI_LANE:-main}" "$URUMI_PLAN/after"; do
    grep -qs $'\t'"$1\$" "$file" || continue
    awk -F '\t' -v OFS='\t' -v name="$1" -v mark="$2" '
      $3 == name { begun = 1; if (mark == "over") next; $2 = mark } begun' "$file" >"$file.new"
    mv "$file.new" "$file"
  done
}

# planned LANE: the seconds that its phases still need.
planned() {
  awk -F '\t' -v now="$(date +%s)" '{ left = $1 - ($2 ? now - $2 : 0); if (left > 0) sum += left } END { printf "%d", sum }' \
    "$URUMI_PLAN/$1" 2>/dev/null || echo 0 # a lane that has ended has no file
}

# remaining: the seconds that the longest lane still needs, and then `after`; 0 where nothing is planned.
remaining() {
  local file longest=0 seconds
  [ -n "${URUMI_PLAN:-}" ] || { echo 0 && return; }
  for file in "$URUMI_PLAN"/*; do
    case $file in *.new | *'*' | */after) continue ;; esac
    seconds=$(planned "$(basename "$file")")
    [ "$seconds" -le "$longest" ] || longest=$seconds
  done
  echo $((longest + $(planned after)))
}

told_remaining() {
  local seconds
  seconds=$(remaining)
  [ "$seconds" -lt 5 ] || printf 'about %s left' "$(duration "$seconds")"
}

# advice LOG: what a person can do about a failed phase.
advice() {
  if grep -qiE 'no space left on device|disk quota' "$1"; then
    say "The disk is full ($(df -h --output=avail "$CACHE" | tail -n 1 | tr -d ' ') free). Make room, then run the same command again."
  elif grep -qiE 'could not get lock|is another process using it' "$1"; then
    say "Another apt is running. Wait until it has ended, then run the same command again."
  # What does not answer on this machine itself is no download.
  elif grep -vE '127\.0\.0\.1|localhost|198\.1[89]\.' "$1" |
    grep -ciE 'could not resolve host|temporary failure in name|connection (refused|timed out|reset)|failed to (fetch|download)|network is unreachable|ENOTFOUND|ETIMEDOUT|EAI_AGAIN' >/dev/null; then
    say "A download failed. Check the network (and proxy settings), then run the same command again."
  elif grep -qiE 'signal: 9|out of memory|cannot allocate memory' "$1"; then
    say "The machine ran out of memory ($(free -h 2>/dev/null | awk '/^Mem/ { print $7 }') available). Close other programs or set CARGO_BUILD_JOBS=1, then run the same command again."
  else
    say "The whole log: $1. Run the same command again after mending the cause; what is done already is kept."
  fi
}

# phase NAME COMMAND...: runs COMMAND with its output in a log, prints NAME and the seconds it took.
# On failure it prints the end of the log and what to do, and stops with the command's status.
# Inside another phase it only runs the command, so that commands can call each other.
phase() {
  local name=$1 log status=0 begun took text left
  shift
  if [ -n "${URUMI_IN_PHASE:-}" ]; then
    say "-- $name"
    # Whatever it sets, such as the front end's compiler, is not the next phase's.
    (
      set -e
      "$@"
    )
    return
  fi
  log=$LOGS/$(slug "$name").log
  text=$(usually "$name")
  # Lanes write whole lines: others may write in between.
  if [ -n "${URUMI_LANE:-}" ]; then
    [ -z "$text" ] || printf '  begun   %s, %s\n' "$name" "$text"
  else
    printf '  %-46s%s' "$name" "${text:+($text) }"
  fi
  begun=$(date +%s.%N)
  plan_mark "$name" "${begun%.*}"
  # A subshell with its own `set -e`: a failure inside a function must not be swallowed by the `||`.
  set +e
  (
    set -e
    export URUMI_IN_PHASE=1
    "$@"
  ) >"$log" 2>&1 </dev/null
  status=$?
  set -e
  took=$(LC_ALL=C awk -v a="$begun" -v b="$(date +%s.%N)" 'BEGIN { printf "%.1f", b - a }')
  plan_mark "$name" over
  if [ "$status" -ne 0 ]; then
    text=$(printf '    the last lines of %s:\n' "$log" && tail -n "${URUMI_LOG_LINES:-40}" "$log" | sed 's/^/    | /' && advice "$log")
    if [ -n "${URUMI_LANE:-}" ]; then printf '  FAILED  %-46s%7s s\n%s\n' "$name" "$took" "$text"; else printf 'FAILED %7s s\n%s\n' "$took" "$text"; fi
    exit "$status"
  fi
  remember "$name" "${took%.*}"
  left=$(told_remaining)
  if [ -n "${URUMI_LANE:-}" ]; then
    printf '  ok      %-46s%7s s%s\n' "$name" "$took" "${left:+  $left}"
  else
    printf 'ok     %7s s%s\n' "$took" "${left:+  $left}"
  fi
}

# lane NAME COMMAND...: begins COMMAND beside what else runs; `join_lanes` waits for all of them.
LANES=()
lane() {
  set -m # starts the lane in a separate process group, so that end_lanes can signal all of it
  run_lane "$@" &
  set +m
  LANES+=($!)
}

run_lane() {
  export URUMI_LANE=$1
  "${@:2}"
  rm -f "${URUMI_PLAN:-}/$URUMI_LANE"
}

# The first lane that fails ends the others, and this command with its status.
join_lanes() {
  local left=${#LANES[@]} status
  trap 'end_lanes; say "Interrupted. Run the same command again: what is done already is kept."; exit 130' INT TERM HUP
  while [ "$left" -gt 0 ]; do
    status=0
    wait -n || status=$?
    if [ $status -ne 0 ]; then
      end_lanes
      exit $status
    fi
    left=$((left - 1))
  done
  trap - INT TERM HUP
  LANES=()
}

end_lanes() {
  local pid
  for pid in "${LANES[@]}"; do kill -TERM -- "-$pid" 2>/dev/null || true; done # some have ended
  wait "${LANES[@]}" 2>/dev/null || true # with the signal's status
}
