# The section of dev/test that asks the API for all that its OpenAPI document allows, and for what it does not. Sourced by it.

SCHEMATHESIS_VERSION=4.32.5
API_PORT=3102
# Streams have no end.
API_STREAMS=(/api/stream '/api/stores/{id}/logs/stream')

schemathesis_is_ready() {
  local home=$CACHE/schemathesis
  [ "$("$home/bin/schemathesis" --version 2>/dev/null)" != "schemathesis, version $SCHEMATHESIS_VERSION" ] || return 0
  apt_install python3-venv
  rm -rf "$home"
  python3 -m venv "$home"
  "$home/bin/pip" install --quiet "schemathesis==$SCHEMATHESIS_VERSION"
}

# A server with a pretended cluster and a few stores; always the same questions, in the same order.
api_keeps_its_word() {
  local data server token name path binary=${URUMI_BINARY:-${CARGO_TARGET_DIR:-$ROOT/target}/debug/urumi} without=()
  data=$(mktemp -d)
  "$binary" serve --fake-cluster --fake-pace-ms 10 --listen 127.0.0.1:$API_PORT --data-dir "$data" --request-rate 1000000 \
    --change-rate 1000000 2>"$SECTION_LOGS/api-server.log" &
  server=$!
  # shellcheck disable=SC2064
  trap "kill $server; rm -r '$data'" EXIT
  curl -fsS --retry 30 --retry-delay 1 --retry-connrefused -o /dev/null "http://127.0.0.1:$API_PORT/healthz"
  token=$("$binary" token --data-dir "$data")
  for name in Tea Books Bikes; do
    curl -fsS -o /dev/null -H "Authorization: Bearer $token" -H 'Content-Type: application/json' \
      --data "{\"name\":\"$name\"}" "http://127.0.0.1:$API_PORT/api/stores"
  done
  for path in "${API_STREAMS[@]}"; do without+=(--exclude-path "$path"); done
  check "every answer is one that the document names, and none is a fault of the server" \
    timeout 300 "$CACHE/schemathesis/bin/schemathesis" run "http://127.0.0.1:$API_PORT/api/openapi.json" \
    -H "Authorization: Bearer $token" "${without[@]}" --phases examples,coverage,fuzzing --max-examples 40 --seed 7 \
    --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance \
    --continue-on-failure --no-color --warnings off
  check "the server wrote nothing of a fault" no_difference "$(grep -E 'ERROR|panicked' "$SECTION_LOGS/api-server.log")" "its log"
}
