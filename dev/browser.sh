#!/usr/bin/env bash
# Opens HTML reports in headless Chromium and uses them as a person does.
# playwright-core is put into a folder outside the checkout; Chromium is Debian's.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tools="${YAGURA_TOOLS:-$HOME/.cache/yagura-tools}/browser"
golden=catalog/reports/tests/golden
pages=("$golden"/*.html)

skip() {
    echo "SKIPPED: ${#pages[@]} pages not opened in a browser: $*" >&2
    exit 0
}

chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
if [ -z "$chromium" ] && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null || true
    chromium=$(command -v chromium || true)
fi
[ -n "$chromium" ] || skip "no Chromium (apt-get install chromium)"
command -v node >/dev/null && command -v npm >/dev/null || skip "no node and npm"

if [ ! -d "$tools/node_modules/playwright-core" ]; then
    mkdir -p "$tools"
    npm install --silent --no-audit --no-fund --prefix "$tools" playwright-core@1.65.1 >/dev/null ||
        skip "no playwright-core from npm"
fi

NODE_PATH="$tools/node_modules" CHROMIUM="$chromium" node dev/browser/report.cjs "${pages[@]}"
