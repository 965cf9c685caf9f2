#!/usr/bin/env bash
# Holds reports to the published schemas: STIX 2.1 (OASIS' validator) and SARIF 2.1.0.
# The validators are put into a folder outside the checkout.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tools="${YAGURA_TOOLS:-$HOME/.cache/yagura-tools}/standards"
golden=catalog/reports/tests/golden
documents=("$golden"/*.stix.json "$golden"/*.attack-flow.json "$golden"/*.sarif.json)

if [ ! -f "$tools/complete" ]; then
    mkdir -p "$tools"
    if ! python3 -m pip install --quiet --disable-pip-version-check --upgrade --target "$tools" \
        stix2-validator==3.3.2 pydantic-sarif==0.1.1; then
        echo "SKIPPED: ${#documents[@]} documents not held to their schemas, no validators" >&2
        exit 0
    fi
    touch "$tools/complete"
fi

# Ids that follow from content are what the standard calls discouraged (103); pages of ATT&CK have
# no digest (302).
PYTHONPATH="$tools" python3 - "${documents[@]}" <<'PYTHON'
import json
import sys

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
