#!/usr/bin/env bash
# Holds the requests that the tests recorded for GitHub to GitHub's own OpenAPI description, which
# is put into a folder outside the checkout.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

version=23.0.2
tools="${YAGURA_TOOLS:-$HOME/.cache/yagura-tools}/contracts-$version"
recorded=catalog/trackers/tests/contract/github.json
mkdir -p "$tools"
if [ ! -f "$tools/complete" ]; then
    if ! (cd "$tools" && npm pack --silent "@octokit/openapi@$version" >/dev/null &&
        tar -xzf octokit-openapi-*.tgz package/generated/api.github.com.json &&
        rm -f octokit-openapi-*.tgz) ||
        ! python3 -m pip install --quiet --disable-pip-version-check --target "$tools/python" \
            openapi-schema-validator==0.6.3; then
        echo "SKIPPED: requests to GitHub not held to its OpenAPI description, it cannot be had" >&2
        exit 0
    fi
    touch "$tools/complete"
fi

PYTHONPATH="$tools/python" python3 - "$tools/package/generated/api.github.com.json" "$recorded" \
    <<'PYTHON'
import json
import re
import sys
from urllib.parse import parse_qsl, urlsplit

from openapi_schema_validator import OAS30Validator

with open(sys.argv[1], encoding="utf-8") as file:
    spec = json.load(file)
with open(sys.argv[2], encoding="utf-8") as file:
    requests = json.load(file)


def resolved(value):
    """The value with references put in; those within themselves are left open."""
    def step(value, above):
        if isinstance(value, dict):
            ref = value.get("$ref")
            if isinstance(ref, str):
                if ref in above:
                    return {}
                target = spec
                for part in ref.removeprefix("#/").split("/"):
                    target = target[part]
                return step(target, above + (ref,))
            return {key: step(inner, above) for key, inner in value.items()}
        return [step(inner, above) for inner in value] if isinstance(value, list) else value
    return step(value, ())


def operation(request):
    path = urlsplit(request["path"]).path
    for template, operations in spec["paths"].items():
        pattern = re.sub(r"\\\{[^/]+?\\\}", "[^/]+", re.escape(template))
        if re.fullmatch(pattern, path) and request["method"].lower() in operations:
            return operations[request["method"].lower()]
    return None


bad = 0
for request in requests:
    errors, found = [], operation(request)
    if found is None:
        errors.append("no such operation")
    else:
        known = {one["name"]: one for one in resolved(found.get("parameters", []))
                 if one["in"] == "query"}
        for name, value in parse_qsl(urlsplit(request["path"]).query):
            if name not in known:
                errors.append(f"query {name} is not known")
                continue
            schema = known[name]["schema"]
            value = int(value) if schema.get("type") == "integer" else value
            errors += [f"query {name}: {e.message}" for e in OAS30Validator(schema).iter_errors(value)]
        body = found.get("requestBody")
        if body is not None:
            schema = resolved(body["content"]["application/json"]["schema"])
            fields = set(schema.get("properties", {}))
            errors += [f"field {name} is not known" for name in request["body"] if name not in fields]
            errors += [e.message for e in OAS30Validator(schema).iter_errors(request["body"])]
        elif request["body"] not in ("", None):
            errors.append("a body where none is taken")
    for error in errors:
        print(f"{request['method']} {request['path']}: {error}", file=sys.stderr)
    bad += bool(errors)
print(f"{len(requests)} requests held to GitHub's OpenAPI {spec['info']['version']}, {bad} bad")
sys.exit(bad > 0)
PYTHON
