# The section of dev/test that installs Urumi itself by its chart and does the main job there. Sourced by it.

PLATFORM_NAMESPACE=urumi-platform-test # named in dev/local/audit.yaml
PLATFORM_PORT=3101

platform_helm() { helm --kubeconfig "$STATE/kubeconfig" --namespace $PLATFORM_NAMESPACE "$@"; }
platform_kubectl() { cluster_kubectl -n $PLATFORM_NAMESPACE "$@"; }

platform_values() {
  printf '%s\n' -f chart/platform/values-local.yaml --set "image.reference=$PLATFORM_IMAGE" --set "stores.image=$(cat "$STATE/store-image")" \
    --set stores.port=$PLATFORM_PORT --set stores.spare=0 "$@"
}

# The server is asked as programs do: API METHOD PATH [BODY].
api() {
  curl -fsS --max-time 60 -X "$1" -H "Authorization: Bearer $PLATFORM_TOKEN" -H 'Content-Type: application/json' \
    ${3:+--data "$3"} "http://localhost:$PLATFORM_PORT/api$2"
}
field() { node -p "JSON.parse(fs.readFileSync(0))$1"; }

# becomes STORE STATUS SECONDS
becomes() {
  local begun=$SECONDS status
  while :; do
    status=$(api GET "/stores/$1" | field .status || true) # the port may be on its way to another pod
    [ "$status" != "$2" ] || return 0
    [ "$status" != failed ] && [ $((SECONDS - begun)) -lt "$3" ] || { say "the store is $status" && api GET "/stores/$1" && return 1; }
    sleep 0.5
  done
}

forward() {
  if [ -n "${FORWARD:-}" ]; then
    kill "$FORWARD" 2>/dev/null || true
    wait "$FORWARD" || true # it ends with the signal's status
  fi
  # Not through the functions above: what would be ended is a shell, and not what it runs.
  kubectl --kubeconfig "$STATE/kubeconfig" -n $PLATFORM_NAMESPACE port-forward service/urumi $PLATFORM_PORT:80 >/dev/null &
  FORWARD=$!
  curl -fsS --retry 30 --retry-delay 1 --retry-all-errors --max-time 60 -o /dev/null "http://localhost:$PLATFORM_PORT/healthz"
}

rolled_out() { platform_kubectl rollout status statefulset/urumi --timeout 120s; }

# Asks the shop itself, past the platform, until the file is gone; every failure becomes a line in another one.
visit_all_the_while() { # ADDRESS HOST WHILE FAILURES
  while [ -e "$3" ]; do
    curl -fsS --max-time 5 -o /dev/null -H "Host: $2" "http://$1:8080/" || echo failed >>"$4"
    sleep 0.2
  done
}

stores_stay_up() { # STORE
  local going=$SECTION_LOGS/visiting failures=$SECTION_LOGS/visits-failed address visits values
  address=$(cluster_kubectl -n "store-$1" get service -l app.kubernetes.io/component=wordpress -o 'jsonpath={.items[0].spec.clusterIP}')
  rm -f "$failures"
  touch "$going"
  visit_all_the_while "$address" "store-$1.localhost:$PLATFORM_PORT" "$going" "$failures" &
  visits=$!
  mapfile -t values < <(platform_values --set-string podAnnotations.changed=yes --set settings.URUMI_MAX_PARALLEL_INSTALLS=1)
  platform_helm upgrade urumi chart/platform "${values[@]}" && rolled_out
  rm "$going"
  wait $visits
  [ ! -e "$failures" ] || { say "$(wc -l <"$failures") visits failed" && return 1; }
}

# What the API server was asked for, as `VERB GROUP/RESOURCE`, beside what the role allows. What only trouble, slow starts, shops that are not
# prepared, or stores with Ingresses ask for does not happen in the main job, and is named here.
BESIDES='create /pods/exec
create batch/jobs
create networking.k8s.io/ingresses
delete /pods
delete batch/jobs
deletecollection /events
get /nodes
get /persistentvolumes
get /pods/exec
get batch/jobs
get networking.k8s.io/ingresses
list /resourcequotas
patch /persistentvolumes
patch batch/jobs
patch networking.k8s.io/ingresses
watch /events
watch /persistentvolumeclaims
watch apps/deployments
watch apps/statefulsets
watch batch/jobs'
# Asked for in case it is allowed; where it is not, the page says that use of CPU and memory is not known.
IN_VAIN='get /nodes/proxy'

used_verbs() {
  node -e '
    const lines = fs.readFileSync(0, "utf8").split("\n").filter(Boolean).map(JSON.parse);
    const used = new Set();
    for (const { verb, objectRef: of } of lines)
      if (of)
        // What is applied may be new, for which the API server asks for both.
        for (const needed of verb === "patch" ? ["patch", "create"] : [verb])
          used.add(`${needed} ${of.apiGroup ?? ""}/${of.resource}${of.subresource ? "/" + of.subresource : ""}`);
    console.log([...used].sort().join("\n"));'
}
allowed_verbs() {
  cluster_kubectl get clusterrole urumi-$PLATFORM_NAMESPACE -o json | node -e '
    const allowed = new Set();
    for (const rule of JSON.parse(fs.readFileSync(0)).rules)
      for (const group of rule.apiGroups) for (const resource of rule.resources) for (const verb of rule.verbs)
        allowed.add(`${verb} ${group}/${resource}`);
    console.log([...allowed].sort().join("\n"));'
}
no_difference() { [ -z "$1" ] || { say "$2: $1" && return 1; }; }

the_role_is_exact() {
  local log=$LOGS/audit.log used allowed # lines of former runs are left out
  if [ "$(cat "$STATE/cluster-kind")" != node ]; then
    say "skip: the role allows what is used and nothing else: only the local node tells what the API server was asked for"
    return
  fi
  check "the API server tells what it was asked for" test -s "$log"
  used=$(tail -n "+$((AUDITED + 1))" "$log" | used_verbs)
  allowed=$(allowed_verbs)
  check "everything that was asked for is allowed" \
    no_difference "$(comm -23 <(sort <<<"$used") <(sort <<<"$allowed"$'\n'"$IN_VAIN"))" "asked for and not allowed"
  check "everything that is allowed was asked for, or is named above" \
    no_difference "$(comm -13 <(sort <<<"$used"$'\n'"$BESIDES") <(sort <<<"$allowed"))" "allowed and never asked for"
}

may_not() { ! cluster_kubectl auth can-i "$@" --as system:serviceaccount:$PLATFORM_NAMESPACE:urumi -n kube-system >/dev/null; }

end_platform() {
  if [ -n "${FORWARD:-}" ]; then kill "$FORWARD" 2>/dev/null || true; fi
  platform_helm uninstall urumi --ignore-not-found --wait --timeout 60s || true
  cluster_kubectl delete clusterrole,clusterrolebinding urumi-$PLATFORM_NAMESPACE --ignore-not-found
  remove_namespace $PLATFORM_NAMESPACE
}

platform_chart() {
  local values store ready_since
  # The server as the other tests run it, without what only a debugger reads.
  mkdir -p "$CACHE/test-server"
  strip --strip-debug -o "$CACHE/test-server/urumi" "${URUMI_BINARY:-${CARGO_TARGET_DIR:-$ROOT/target}/debug/urumi}"
  PLATFORM_IMAGE=$(URUMI_BINARY=$CACHE/test-server/urumi "$ROOT/dev/platform-image" | tail -n 1)
  AUDITED=$([ ! -e "$LOGS/audit.log" ] || wc -l <"$LOGS/audit.log")
  # Also what an interrupted run left.
  end_platform
  trap end_platform EXIT
  mapfile -t values < <(platform_values)
  check "helm install" platform_helm install urumi chart/platform --create-namespace "${values[@]}" --wait --timeout 120s
  forward
  PLATFORM_TOKEN=$(platform_kubectl exec urumi-0 -- urumi token)
  check "a link that signs in is printed" grep -q "^http://localhost:$PLATFORM_PORT/enter?word=" \
    <<<"$(platform_kubectl exec urumi-0 -- urumi sign-in-link --url "http://localhost:$PLATFORM_PORT")"
  store=$(api POST /stores '{"name":"Installed by a chart"}' | field .id)
  check "a store becomes ready under the platform's own account" becomes "$store" ready 180
  check "a test order goes through" test "$(api POST "/stores/$store/check" | field .passed)" = true
  check "its pods are seen" test "$(api GET "/stores/$store/pods" | field .pods.length)" -ge 2
  check "its log is read" api GET "/stores/$store/logs?component=wordpress"
  check "the gateway brings visitors" curl -fsS --max-time 10 -o /dev/null -H "Host: store-$store.localhost:$PLATFORM_PORT" "http://localhost:$PLATFORM_PORT/"
  ready_since=$(api GET "/stores/$store" | field .ready_at)
  check "an upgrade of the platform does not touch the store" stores_stay_up "$store"
  forward
  check "it is ready as before" test "$ready_since" = "$(api GET "/stores/$store" | field .ready_at)"
  check "it was never degraded" test "$(api GET "/stores/$store/failures" | field .length)" = 0
  api DELETE "/stores/$store" >/dev/null
  check "it is deleted, and nothing is left" becomes "$store" deleted 120
  the_role_is_exact
  check "the account cannot give itself rights" may_not create clusterrolebindings
  check "nor act as others" may_not impersonate users
  check "nor change what runs in kube-system" may_not patch daemonsets
}
