# Sections of dev/test that need the local cluster and the built server. Sourced by it.

TEST_PORT=3100 # beside a server on the usual one

# What tests in Rust are told about the cluster (server/tests/cluster.rs).
name_cluster() {
  export URUMI_TEST_CLUSTER_REQUIRED=1 URUMI_TEST_KUBECONFIG=$STATE/kubeconfig
  URUMI_TEST_CONTEXT=$(cluster_kubectl config current-context)
  URUMI_TEST_IMAGE=$(cat "$STATE/store-image")
  export URUMI_TEST_CONTEXT URUMI_TEST_IMAGE
}

# cluster_tests [WORD]: what a test prints is shown, since it names what is skipped. The soak is for `dev/test --soak`.
cluster_tests() {
  name_cluster
  nextest "binary(cluster) and not test(/^soak::/)${1:+ and test(/$1/)}" --test-threads "${URUMI_CLUSTER_TEST_THREADS:-4}" --success-output immediate
}

# Only the local node's API server can be killed and started again.
soak() {
  name_cluster
  [ "$(cat "$STATE/cluster-kind")" != node ] || export URUMI_SOAK_BOUNCE=$ROOT/dev/local/bounce-apiserver
  cargo test --locked "${RUST_PACKAGES[@]}" --test cluster -- --nocapture --ignored soak::
}

test_server() { "$ROOT/dev/server" "$1" --name test --port $TEST_PORT ${release:+--release} "${@:2}"; }
test_server_pid() { test_server status | sed -n 's/^server test runs, pid //p'; }

server_starts_once() {
  local pid
  trap 'test_server stop' EXIT
  check "starts and is healthy" test_server start --fresh
  pid=$(test_server_pid)
  check "has a process" test -n "$pid"
  check "a second start changes nothing" test_server start
  check "it is the same process" test "$pid" = "$(test_server_pid)"
  check "other flags start it anew" test_server start -- --max-parallel-installs 1
  check "it is another process" test "$pid" != "$(test_server_pid)"
  check "stops" test_server stop
  check "is gone" test -z "$(test_server_pid)"
}

# says TEXT COMMAND...: the command fails and says TEXT.
says() {
  local text=$1 output
  shift
  if output=$("$@" 2>&1); then
    say "did not fail" && return 1
  fi
  say "$output"
  grep -qF -- "$text" <<<"$output"
}

# A cluster is never guessed: a context that is not there is an error that lists those which are.
wrong_contexts() {
  local config=$SECTION_LOGS/kubeconfig
  kubectl --kubeconfig "$config" config set-context mine >/dev/null
  kubectl --kubeconfig "$config" config set-context other >/dev/null
  check "an unknown context" says "it has: mine, other" env KUBECONFIG="$config" "$ROOT/dev/up" --context nowhere
  check "no kubeconfig" says "there is no kubeconfig at" env KUBECONFIG="$config.none" "$ROOT/dev/up" --context mine
  check "no image" says "--image REF" env KUBECONFIG="$config" "$ROOT/dev/up" --context mine
  check "no name" says "wants a value" "$ROOT/dev/up" --context
}
