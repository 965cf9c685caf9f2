#!/usr/bin/env bash
# Puts moto, a server that answers as AWS does, into a folder outside the checkout, and prints the
# folder. Prints nothing if it cannot be had; tests that need it say so and pass over.
set -euo pipefail

tools="${YAGURA_TOOLS:-$HOME/.cache/yagura-tools}/moto-5.2.5"
mkdir -p "$tools"
exec 9>"$tools.lock"
flock 9
if [ ! -f "$tools/complete" ]; then
    if ! python3 -m pip install --quiet --disable-pip-version-check --upgrade --target "$tools" \
        'moto[server,ec2,autoscaling,iam,sts,elbv2,awslambda]==5.2.5' >&2; then
        echo "SKIPPED: moto could not be installed; nothing is tried against AWS's calls" >&2
        exit 0
    fi
    touch "$tools/complete"
fi
echo "$tools"
