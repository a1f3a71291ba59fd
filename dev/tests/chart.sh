# Sections of dev/test that check the charts. Sourced by it.

KUBERNETES_VERSIONS=(1.20.2 1.27.0 1.35.0) # the local cluster's, the first with volume retention for StatefulSets, a current one

# What a chart cannot know by itself, for a store that is only rendered.
given() {
  case $1 in
    store) printf '%s\n' --set image.reference=docker.io/urumi/store:test --set store.id=abcd1234 \
      --set store.url=http://store-abcd1234.localhost:3000 ;;
    platform) printf '%s\n' --set image.reference=docker.io/urumi/urumi:test --set stores.image=docker.io/urumi/store:test ;;
  esac
}

# each_values_file FUNCTION: calls FUNCTION CHART FILE for every values file of every chart.
each_values_file() {
  local chart file
  for chart in "$ROOT"/chart/*/Chart.yaml; do
    chart=$(basename "$(dirname "$chart")")
    for file in "$ROOT/chart/$chart"/values-*.yaml "$ROOT/chart/$chart"/sizes/*.yaml; do
      [ ! -f "$file" ] || "$1" "$chart" "$file"
    done
  done
}

lint() { mapfile -t set < <(given "$1") && check "$1, $(basename "$2")" helm lint --strict "chart/$1" -f "$2" "${set[@]}"; }
charts_lint() { each_values_file lint; }

# Renders, and every object bears the labels by which the platform finds it.
renders() { # CHART FILE VERSION
  local rendered set
  mapfile -t set < <(given "$1")
  rendered=$(helm template store "chart/$1" -f "$2" "${set[@]}" --kube-version "$3") || return 1
  [ "$1" != store ] || [ "$(grep -c '^kind: ' <<<"$rendered")" -le "$(grep -c '^    urumi.dev/store: ' <<<"$rendered")" ]
}
render_for_all() {
  local version
  for version in "${KUBERNETES_VERSIONS[@]}"; do
    check "$1, $(basename "$2"), Kubernetes $version" renders "$1" "$2" "$version"
  done
}
charts_render() { each_values_file render_for_all; }

# refused CHART WORD OPTION...: helm refuses these values, and names WORD when it does.
refused() {
  local told set
  mapfile -t set < <(given "$1")
  if told=$(helm template store "chart/$1" -f "chart/$1/values-local.yaml" "${set[@]}" "${@:3}" 2>&1); then return 1; fi
  say "$told"
  grep -q -- "$2" <<<"$told"
}
chart_refuses() {
  check "an empty image" refused store reference --set image.reference=
  check "an unknown value" refused store replicass --set wordpress.replicass=1
  check "an id that is no DNS label" refused store id --set store.id=No_Label
  check "a URL with a path" refused store url --set store.url=http://localhost/shop
  check "a domain that is none" refused store domain --set store.domain=-shop.example
  check "platform: a second server" refused platform replicas --set replicas=2
  check "platform: a setting of something else" refused platform PATH --set settings.PATH=/tmp
}

cluster_kubectl() { kubectl --kubeconfig "$STATE/kubeconfig" "$@"; }
cluster_version() { cluster_kubectl version -o json | node -p 'JSON.parse(fs.readFileSync(0)).serverVersion.gitVersion'; }

# The API server's own judgement of every field, nothing kept.
dry_run() { # CHART FILE
  local set
  mapfile -t set < <(given "$1")
  # What comes with operators and with Traefik is not defined in the local cluster.
  case $1 in
    platform) set+=(--set monitoring.enabled=false) ;;
    store) set+=(--set ingress.rateLimit.controller=nginx) ;;
  esac
  helm template store "chart/$1" -n "$DRY_RUN" -f "$2" "${set[@]}" --no-hooks --kube-version "$(cluster_version)" |
    cluster_kubectl apply -n "$DRY_RUN" --server-side --dry-run=server -f -
}
dry_run_checked() { check "$1, $(basename "$2")" dry_run "$1" "$2"; }
charts_dry_run() {
  DRY_RUN=urumi-dry-run
  trap 'cluster_kubectl delete namespace urumi-dry-run --ignore-not-found --timeout=60s' EXIT
  cluster_kubectl create namespace $DRY_RUN --dry-run=client -o yaml | cluster_kubectl apply -f -
  each_values_file dry_run_checked
}

# The chart without the platform, as in the README.
plain_helm_install() {
  local namespace=urumi-plain-helm helm password
  helm=(helm --kubeconfig "$STATE/kubeconfig" --namespace "$namespace")
  # Also what an interrupted run left.
  remove_namespace $namespace
  # shellcheck disable=SC2064
  trap "remove_namespace $namespace" EXIT
  local values=(-f chart/store/values-local.yaml --set "image.reference=$(cat "$STATE/store-image")" --set store.id=plainhelm
    --set store.url=http://store-plainhelm.localhost:3000)
  check "helm install --wait --wait-for-jobs" \
    "${helm[@]}" install shop chart/store --create-namespace "${values[@]}" --wait --wait-for-jobs --timeout 180s
  check "helm test: a visitor sees the shop" "${helm[@]}" test shop --timeout 60s
  password=$(admin_password $namespace)
  check "there is a password" test -n "$password"
  check "helm upgrade" "${helm[@]}" upgrade shop chart/store "${values[@]}" --set wordpress.workers=12 --wait --timeout 120s
  check "an upgrade keeps the password" test "$password" = "$(admin_password $namespace)"
  check "helm uninstall" "${helm[@]}" uninstall shop --wait --timeout 60s
  check "nothing is left but what Kubernetes keeps" nothing_left $namespace
}

# What helm removed takes a moment to go. What Kubernetes puts into every namespace stays, and so does, before 1.27, the claim
# of a StatefulSet.
nothing_left() {
  local begun=$SECONDS left
  while :; do
    left=$(cluster_kubectl -n "$1" get all,pvc,secrets,ingresses,networkpolicies,resourcequotas,limitranges -o name |
      grep -vE '^(secret/default-token-|persistentvolumeclaim/data-)' || [ $? = 1 ])
    [ -n "$left" ] || return 0
    [ $((SECONDS - begun)) -lt 60 ] || { say "still there: $left" && return 1; }
    sleep 0.5
  done
}

admin_password() {
  cluster_kubectl -n "$1" get secrets -l app.kubernetes.io/component=credentials -o 'jsonpath={.items[0].data.admin-password}'
}

# Removes a namespace and waits until its volumes are gone too.
remove_namespace() {
  local begun=$SECONDS
  cluster_kubectl delete namespace "$1" --ignore-not-found --timeout=90s || return 1
  while cluster_kubectl get pv -o 'jsonpath={range .items[*]}{.spec.claimRef.namespace}{"\n"}{end}' | grep -qx "$1"; do
    [ $((SECONDS - begun)) -lt 90 ] || { say "volumes of $1 are left" && return 1; }
    sleep 0.5
  done
}
