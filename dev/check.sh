#!/usr/bin/env bash
# Everything that must hold before a change goes in. CI runs this and nothing else.
# YAGURA_NO_FUZZ=1 leaves the fuzz targets out; YAGURA_FUZZ_SECONDS sets the time of each.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

step() {
    printf '\n== %s\n' "$*"
    "$@"
}

# The quick start's first command on the sample: an incident is found, which is exit code 1.
sample() {
    local code=0
    cargo run --quiet --release --locked -p yagura -- investigate examples/stolen-key >/dev/null ||
        code=$?
    if [ "$code" -ne 1 ]; then
        echo "yagura investigate examples/stolen-key ended with $code, not 1" >&2
        return 1
    fi
}

# The quick start's build has no Parquet reader, and says so instead of passing a file over.
without_parquet() {
    local said
    said=$(cargo run --quiet --release --locked -p yagura -- sources explain \
        catalog/sources/fixtures/ocsf/parquet/network/in.parquet)
    if [[ "$said" != *"this build reads no Parquet"* ]]; then
        echo "yagura sources explain says nothing of Parquet: $said" >&2
        return 1
    fi
}

# Tests against AWS's calls start it themselves; it is got here, where the network is.
step dev/moto.sh
# The same for a Redmine of Debian.
step dev/redmine.sh install
step cargo fmt --all --check
step cargo fmt --manifest-path dev/fuzz/Cargo.toml --check
step cargo clippy --quiet --workspace --all-targets --locked -- -D warnings

# The house rules are tests of xtask; doc tests are run by `cargo test` only.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if cargo nextest --version >/dev/null 2>&1; then
    step cargo nextest run --workspace --locked --no-fail-fast 2>&1 | tee "$log"
    step cargo test --quiet --workspace --locked --doc
else
    step cargo test --workspace --locked --no-fail-fast 2>&1 | tee "$log"
fi

step sample
step without_parquet
step dev/standards.sh
step dev/contracts.sh
step dev/browser.sh
step dev/act.sh "${CARGO_TARGET_DIR:-target}/release/yagura"

if [ "${YAGURA_NO_FUZZ:-0}" != 1 ]; then
    # Every target is built; those of the ground floor and the first four sources are run.
    step cargo xtask fuzz --seconds "${YAGURA_FUZZ_SECONDS:-2}" \
        app.json aws.cloudtrail aws.vpc_flow frame_documents frame_lines redact sigma_match \
        sigma_rule unpack web.access
fi

printf '\n== summary\n'
if grep -qE '^ *Summary \[' "$log"; then
    grep -E '^ *Summary \[' "$log"
else
    awk '/^test result:/ { passed += $4; failed += $6; suites += 1 }
         END { printf "test result: %d passed; %d failed; %d suites\n", passed, failed, suites }' "$log"
fi
echo "all checks passed"
