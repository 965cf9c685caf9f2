#!/usr/bin/env bash
# Holds reports to the published schemas: STIX 2.1 (OASIS' validator), SARIF 2.1.0, and what the
# gate writes of a made-up build as SARIF and CycloneDX 1.6.
# The validators are put into a folder outside the checkout.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tools="${YAGURA_TOOLS:-$HOME/.cache/yagura-tools}/standards"
golden=catalog/reports/tests/golden
documents=("$golden"/*.stix.json "$golden"/*.attack-flow.json "$golden"/*.sarif.json)

if [ ! -f "$tools/complete-2" ]; then
    mkdir -p "$tools"
    if ! python3 -m pip install --quiet --disable-pip-version-check --upgrade --target "$tools" \
        stix2-validator==3.3.2 pydantic-sarif==0.1.1 'cyclonedx-python-lib[json-validation]==11.12.0'; then
        echo "SKIPPED: ${#documents[@]} documents not held to their schemas, no validators" >&2
        exit 0
    fi
    touch "$tools/complete-2"
fi

# A build with an advisory that holds and one that does not.
gate=$(mktemp -d)
trap 'rm -rf "$gate"' EXIT
mkdir "$gate/osv"
cat >"$gate/bom.json" <<'JSON'
{"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [
  {"type": "library", "name": "left", "version": "1.0.0", "purl": "pkg:npm/left@1.0.0"},
  {"type": "library", "name": "right", "version": "2.0.0", "purl": "pkg:pypi/right@2.0.0"}]}
JSON
cat >"$gate/osv/one.json" <<'JSON'
{"id": "EX-2026-1", "modified": "2026-05-01T00:00:00Z", "aliases": ["CVE-2026-99001"],
 "summary": "An <example> & more", "severity": [{"type": "CVSS_V3",
  "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
 "affected": [{"package": {"ecosystem": "npm", "name": "left"}, "ranges": [{"type": "SEMVER",
  "events": [{"introduced": "0"}, {"fixed": "1.0.1"}]}]}]}
JSON
cat >"$gate/osv/two.json" <<'JSON'
{"id": "EX-2026-2", "modified": "2026-05-01T00:00:00Z",
 "affected": [{"package": {"ecosystem": "PyPI", "name": "right"}, "ranges": [{"type": "ECOSYSTEM",
  "events": [{"introduced": "0"}, {"fixed": "2.1"}]}]}]}
JSON
for format in sarif cyclonedx; do
    code=0
    cargo run --quiet --release --locked -p yagura -- gate check --sbom "$gate/bom.json" \
        --advisories "$gate/osv" --app shop --version 1.0 --env prod --now 2026-05-20 \
        --format "$format" -o "$gate/verdict.$format.json" --quiet || code=$?
    if [ "$code" -ne 1 ]; then
        echo "yagura gate check --format $format ended with $code, not 1" >&2
        exit 1
    fi
    documents+=("$gate/verdict.$format.json")
done

# Ids that follow from content are what the standard calls discouraged (103); pages of ATT&CK have
# no digest (302).
PYTHONPATH="$tools" python3 - "${documents[@]}" <<'PYTHON'
import json
import sys

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as Sarif
from stix2validator import ValidationOptions, validate_file

options = ValidationOptions(version="2.1", enforce_refs=True, disabled="103,302")
bad = 0
for path in sys.argv[1:]:
    if path.endswith(".sarif.json"):
        with open(path, encoding="utf-8") as file:
            try:
                Sarif.model_validate(json.load(file))
                errors = []
            except ValueError as error:
                errors = [str(error)]
    elif path.endswith(".cyclonedx.json"):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
        errors = [str(error)] if error else []
        assert len(json.loads(text)["vulnerabilities"]) == 2, text
    else:
        found = validate_file(path, options)
        errors = [str(e) for r in found.object_results for e in r.errors or []]
        errors += [str(found.fatal)] if found.fatal else []
    for error in errors:
        print(f"{path}: {error}", file=sys.stderr)
    bad += bool(errors)
print(f"{len(sys.argv) - 1} documents held to their schemas, {bad} bad")
sys.exit(bad > 0)
PYTHON
