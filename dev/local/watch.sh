# Sourced by the local node's dns loop: calls `act` once, and again soon after anything watched has changed.
#
# A change is only a doorbell: `act` looks at the whole and does what is missing, so nothing is lost with a missed event, a restart
# of the API server or of the loop.

# loops_api METHOD PATH [CURL ARGUMENT...]: asks the API server under the loops' own name.
loops_api() {
  local method=$1 path=$2
  shift 2
  curl --silent --show-error --fail --noproxy '*' --max-time 10 --request "$method" \
    --cacert "$PKI/ca.crt" --cert "$PKI/loops.crt" --key "$PKI/loops.key" "$API$path" "$@"
}

# ring PATH...: a line for every change of what lies at one of PATHs. Ends when one of the watches ends, as they do in time.
ring() {
  local path watches=()
  for path in "$@"; do
    loops_api GET "$path?watch=true&timeoutSeconds=600" --no-buffer --max-time 660 &
    watches+=($!)
  done
  wait -n || true # the API server went away; the caller tries again
  kill "${watches[@]}" 2>/dev/null || true # those that have ended too
  wait
}

# watch_and_act PATH...
watch_and_act() {
  while :; do
    while IFS= read -r _; do
      # What arrives together is handled together.
      while IFS= read -r -t 0.01 _; do :; done
      act || say "$(date +%T) failed, will try again"
    done < <(
      echo now
      ring "$@"
      echo again
    )
    sleep 0.3
  done
}
