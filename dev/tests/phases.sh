# A section of dev/test: what the commands of dev/ tell of their phases (dev/phases.sh). Sourced by it.

# alone SCRIPT: runs SCRIPT in a separate bash with dev/lib.sh; cache and state are folders beside the section logs.
alone() {
  local folder=$SECTION_LOGS/phases
  mkdir -p "$folder"
  env -u URUMI_IN_PHASE -u URUMI_PLAN -u URUMI_LANE URUMI_CACHE="$folder/cache" URUMI_STATE="$folder/state" \
    bash -c '. dev/lib.sh; eval "$1"' alone "$1" 2>&1
}

# advises ADVICE LINE: after a failure whose log holds LINE.
advises() {
  local told
  # shellcheck disable=SC2016 # the inner shell's variables
  told=$(LINE=$2 alone 'phase "made to fail" sh -c "echo \"\$LINE\"; exit 3"') && say "did not fail" && return 1
  say "$told"
  [[ $told == *FAILED* && $told == *"| $2"* && $told == *"$1"* ]]
}

fails_with_status_of_phase() {
  local status=0
  alone 'phase "made to fail" sh -c "exit 7"' || status=$?
  [ $status -eq 7 ]
}

# shellcheck disable=SC2016 # the inner shell's variables
keeps_its_settings() {
  local script='sets() { export MADE_UP=1; }; for URUMI_IN_PHASE in "" 1; do export URUMI_IN_PHASE; phase sets sets; done; [ -z "${MADE_UP:-}" ]'
  alone "$script"
}

# A phase that takes 3 s is what later runs are told to expect; one that has nothing to do is not.
keeps_its_time() {
  rm -rf "$SECTION_LOGS/phases"
  alone 'phase "slow one" sleep 3'
  alone 'phase "slow one" true'
  [ "$(alone 'usual "slow one"')" -ge 3 ]
}

# shellcheck disable=SC2016 # the inner shell's variables
remaining_is_the_longest_lane_and_what_is_after() {
  local told
  told=$(alone 'URUMI_PLAN=$STATE/plan; mkdir -p "$TIMES"; echo 30 >"$TIMES/a"; echo 50 >"$TIMES/b"; echo 70 >"$TIMES/c"; echo 9 >"$TIMES/d"
    plan one a b; plan two c; plan after d; remaining
    URUMI_LANE=one; plan_mark a over; remaining
    run_lane two true; remaining
    plan_mark d over; remaining')
  say "$told"
  [ "$told" = $'89\n79\n59\n50' ]
}

# shellcheck disable=SC2016 # the inner shell's variables
what_is_skipped_does_not_remain() {
  local told
  told=$(alone 'URUMI_PLAN=$STATE/skipped; mkdir -p "$TIMES"; echo 30 >"$TIMES/a"; echo 50 >"$TIMES/b"
    plan main a b; plan_mark b "$(date +%s)"; [ "$(remaining)" -le 50 ] && remaining')
  say "$told"
  [ "${told:-0}" -ge 40 ]
}

# shellcheck disable=SC2016 # the inner shell's variables
a_lane_that_fails_ends_the_others() {
  local begun=$SECONDS status=0
  alone 'fail() { phase "fails" false; }; wait_long() { phase "waits" sleep 60; }
    lane one wait_long; lane two fail; join_lanes; say "not reached"' || status=$?
  [ $status -eq 1 ] && [ $((SECONDS - begun)) -lt 20 ]
}

# shellcheck disable=SC2016 # the inner shell's variables
an_interrupted_start_says_how_to_go_on() {
  local told
  told=$(alone 'wait_long() { phase "waits" sleep 60; }; lane one wait_long; (sleep 1; kill -TERM $$) & join_lanes' || echo "status $?")
  say "$told"
  [[ $told == *"Run the same command again: what is done already is kept."*"status 130" ]]
}

phases_tell() {
  check "a full disk" advises "The disk is full" "error: No space left on device (os error 28)"
  check "no answer on this machine itself" advises "The whole log: " "curl: (7) Failed to connect to 198.18.255.1 port 6443: Connection refused"
  check "no network" advises "A download failed" "Could not resolve host: static.crates.io"
  check "another apt" advises "Another apt is running" "E: Could not get lock /var/lib/dpkg/lock-frontend"
  check "no memory" advises "ran out of memory" "(signal: 9, SIGKILL: kill)"
  check "anything else" advises "The whole log: " "error[E0308]: mismatched types"
  check "a phase that fails ends the command with its status" fails_with_status_of_phase
  check "what a phase sets is not the next one's" keeps_its_settings
  check "what a phase took is kept, and no shorter run instead" keeps_its_time
  check "what remains is the longest lane, and what comes after" remaining_is_the_longest_lane_and_what_is_after
  check "what had nothing to do does not remain" what_is_skipped_does_not_remain
  check "a lane that fails ends the others" a_lane_that_fails_ends_the_others
  check "an interrupted start says how to go on" an_interrupted_start_says_how_to_go_on
}
