# Sections of dev/test in a browser: Playwright (end2end/) with Debian's Chromium. Sourced by it.

in_end2end() { (cd "$ROOT/end2end" && "$@"); }

# `npm ci` starts from nothing every time, so only when what it installs has changed.
browser_is_ready() {
  local installed=$ROOT/end2end/node_modules/.urumi-lock
  [ -x "${URUMI_CHROMIUM:-/usr/bin/chromium-headless-shell}" ] || apt_install chromium-headless-shell fonts-dejavu-core
  cmp -s "$ROOT/end2end/package-lock.json" "$installed" && return
  PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 in_end2end npm ci --no-audit --no-fund
  cp "$ROOT/end2end/package-lock.json" "$installed"
}

browser_code() {
  check "types" in_end2end npm run --silent check
  check "format" in_end2end npx prettier --check .
}

pages() { in_end2end npx playwright test --project fake "$@"; }

# On a server and a database of its own. Whatever the tests leave in the cluster goes with it: it is asked what it made.
main_job() {
  local url=http://127.0.0.1:$TEST_PORT
  trap 'remove_test_stores; test_server stop' EXIT
  test_server start --fresh
  # Names under localhost, as the pages link them, are the browser's to resolve.
  URUMI_E2E_URL=$url URUMI_E2E_TOKEN=$(test_server token) URUMI_E2E_LINK=$(test_server link) URUMI_E2E_KUBECONFIG=$STATE/kubeconfig in_end2end npx playwright test --project cluster "$@"
}

remove_test_stores() {
  local id
  for id in $(curl -sf --max-time 10 -H @<(printf 'Authorization: Bearer %s' "$(test_server token)") "http://127.0.0.1:$TEST_PORT/api/stores" | node -p \
    'JSON.parse(fs.readFileSync(0)).map((store) => store.id).join("\n")'); do
    remove_namespace "store-$id"
  done
}
