#!/usr/bin/env bash
# Holds the gate's matches to those of cargo-audit, which is put into a folder outside the checkout:
#     bash dev/oracle/cargo_audit.sh PROGRAM FOLDER [CARGO_LOCK...]
# PROGRAM is the yagura binary, FOLDER holds RustSec's advisories as OSV's JSON.
set -euo pipefail
version=0.22.2
tools="${YAGURA_TOOLS:-$HOME/.cache/yagura-tools}/cargo-audit-$version"
if [ ! -x "$tools/bin/cargo-audit" ]; then
    mkdir -p "$tools"
    build=$(mktemp -d)
    trap 'rm -rf "$build"' EXIT
    CARGO_TARGET_DIR="$build" cargo install --quiet --debug --locked cargo-audit \
        --version "$version" --root "$tools"
fi
program=$1
shift
exec python3 "$(dirname "${BASH_SOURCE[0]}")/cargo_audit.py" "$program" "$tools/bin/cargo-audit" "$@"
