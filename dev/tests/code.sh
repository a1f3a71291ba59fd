# Sections of dev/test that look at the code alone. Sourced by it.

CARGO_DENY_VERSION=0.20.2

export CARGO_TERM_COLOR=never

rust() { eval "$("$ROOT/dev/toolchain" --print-env)" && "$@"; }

# The commands of dev/ and .ci/: those that are shell scripts, whatever their names.
scripts_are_clean() {
  apt_install shellcheck
  local scripts
  mapfile -t scripts < <(git ls-files -- dev .ci chart | xargs grep -lE '^#!.*\b(ba)?sh$')
  shellcheck --severity=warning "${scripts[@]}"
}

# Long files are a sign of two things in one.
files_are_short() {
  local long
  long=$(git ls-files -- '*.rs' '*.css' '*.mjs' '*.ts' '*.js' '*.php' '*.yaml' '*.sh' '*.sql' dev .ci | sort -u | xargs wc -l |
    awk '$2 != "total" && $1 > 350')
  [ -z "$long" ] || { say "these files have more than 350 lines:" && say "$long" && return 1; }
}

formatted() { rust cargo fmt --all --check; }

# One feature resolution for both packages, here and in the tests: nothing is compiled twice.
clippy_server() { rust cargo clippy --locked -p app -p server --features app/ssr --all-targets -- -D warnings; }
clippy_front_end() { rust cargo clippy --locked -p frontend --target wasm32-unknown-unknown -- -D warnings; }

# What runs in the browser must not carry the server along.
wasm_holds_no_server() {
  local tree found
  tree=$(rust cargo tree --locked -p frontend --target wasm32-unknown-unknown -e normal --prefix none --format '{p}')
  found=$(cut -d ' ' -f 1 <<<"$tree" | sort -u |
    grep -xE 'server|sqlx(-.*)?|libsqlite3-sys|kube(-.*)?|k8s-openapi|axum(-.*)?|leptos_axum|hyper(-.*)?|tower-http|tokio|mio|rustls|clap' || [ $? = 1 ])
  [ -z "$found" ] || { say "the front end depends on:" && say "$found" && return 1; }
  say "$(wc -l <<<"$tree") crates, none of them the server's"
}

# All of server/tests but what needs a cluster, which has a section of its own.
rust_tests() {
  local file targets=(--lib --bins)
  for file in server/tests/*.rs server/tests/*/main.rs; do
    [ -f "$file" ] || continue
    file=${file#server/tests/} file=${file%.rs}
    [ "$file" = cluster ] || targets+=(--test "${file%/main}")
  done
  # Both, whether or not the first of them fails.
  local status=0
  rust cargo test --locked --no-fail-fast -p app -p server --features app/ssr "${targets[@]}" || status=$?
  rust cargo test --locked --no-fail-fast -p app -p server --features app/ssr --doc || status=$?
  return $status
}

# Advisories are left out: they need a database that is not everywhere to be had.
# Advisories come from a database that only some machines reach; these three need nothing but the crates.
dependencies_allowed() { PATH=$CACHE/cargo/bin:$PATH rust cargo deny --all-features check bans licenses sources; }
cargo_deny_is_ready() {
  if have cargo-deny || [ -x "$CACHE/cargo/bin/cargo-deny" ]; then return; fi
  CARGO_TARGET_DIR=$(mktemp -d)
  export CARGO_TARGET_DIR
  # shellcheck disable=SC2064
  trap "rm -r '$CARGO_TARGET_DIR'" EXIT
  rust cargo install --locked --root "$CACHE/cargo" "cargo-deny@$CARGO_DENY_VERSION"
}

# Of the packages that the front end and its tests use.
npm_packages_are_sound() {
  local told folder
  for folder in frontend end2end; do
    if told=$(cd "$folder" && npm audit --audit-level=high 2>&1); then
      say "ok: $folder"
    elif grep -q 'audit endpoint returned an error' <<<"$told"; then
      say "skip: $folder: the registry in use has no audit endpoint"
    else
      say "$told"
      say "FAILED: $folder"
    fi
  done
}
