#!/usr/bin/env python3
"""Holds the gate's matches to those of cargo-audit, on the same advisories of RustSec.

    python3 dev/oracle/cargo_audit.py PROGRAM CARGO_AUDIT FOLDER [CARGO_LOCK...]

PROGRAM is the yagura binary, CARGO_AUDIT that of cargo-audit, FOLDER holds RustSec's advisories as
OSV's JSON. They are written in RustSec's own format for cargo-audit. Both are given each
Cargo.lock that is named, and one that asks for every version that an advisory speaks of and for
neighbours of each. `dev/oracle/cargo_audit.sh` installs cargo-audit and runs this.
"""

import json
import os
import subprocess
import sys
import tempfile

from gate_matches import gather, read, readers

REGISTRY = "registry+https://github.com/rust-lang/crates.io-index"


def spans(affected):
    """Where a range begins and ends; the end is None where there is none."""
    out = []
    for span in affected.get("ranges", []):
        if span["type"] == "GIT":
            continue
        begin = None
        for event in span["events"]:
            if "introduced" in event:
                begin = event["introduced"]
            elif "fixed" in event and begin is not None:
                out.append((begin, event["fixed"]))
                begin = None
        if begin is not None:
            out.append((begin, None))
    return out


def requirements(found):
    """RustSec says what is not affected: before, between and after the ranges."""
    unaffected, patched = [], []
    if found and found[0][0] not in ("0", "0.0.0-0"):
        unaffected.append(f"< {found[0][0]}")
    for (_, end), following in zip(found, found[1:] + [None]):
        if end is not None:
            patched.append(f">= {end}, < {following[0]}" if following else f">= {end}")
    return unaffected, patched


def translate(source, target):
    """Writes the advisories as RustSec keeps them; gives how many."""
    count = 0
    for name in sorted(os.listdir(source)):
        if not name.endswith(".json"):
            continue
        with open(os.path.join(source, name), encoding="utf-8") as file:
            advisory = json.load(file)
        if advisory.get("withdrawn") or not advisory["id"].startswith("RUSTSEC-"):
            continue
        for affected in advisory.get("affected", []):
            package = affected.get("package", {})
            if package.get("ecosystem") != "crates.io":
                continue
            unaffected, patched = requirements(spans(affected))
            folder = os.path.join(target, "crates", package["name"])
            os.makedirs(folder, exist_ok=True)
            lines = [
                "```toml",
                "[advisory]",
                f'id = "{advisory["id"]}"',
                f'package = "{package["name"]}"',
                f'date = "{advisory.get("published", "2020-01-01")[:10]}"',
                "[versions]",
                f"patched = {json.dumps(patched)}",
                f"unaffected = {json.dumps(unaffected)}",
                "```",
                "",
                "# An advisory",
                "",
                "Translated.",
            ]
            with open(os.path.join(folder, advisory["id"] + ".md"), "w", encoding="utf-8") as file:
                file.write("\n".join(lines) + "\n")
            count += 1
    return count


def asked(folder):
    """A lock file with every version that an advisory speaks of."""
    kind, ends, _ = readers("crates.io")
    packages = gather("crates.io", folder, kind, ends)
    parts = ["version = 3\n"]
    for name, (versions, _) in sorted(packages.items()):
        for text in sorted(versions):
            if read(kind, text):
                parts.append(
                    f'[[package]]\nname = "{name}"\nversion = "{text}"\nsource = "{REGISTRY}"\n'
                )
    return "\n".join(parts)


def theirs(program, database, lock, place):
    said = subprocess.run(
        [program, "audit", "--db", database, "--no-fetch", "--stale", "--json", "--file", lock],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=place,
        check=False,
    )
    if not said.stdout:
        sys.exit(f"cargo-audit: {said.stderr.decode()}")
    answer = json.loads(said.stdout)
    found = list(answer["vulnerabilities"]["list"])
    for group in answer.get("warnings", {}).values():
        found += [one for one in group if one.get("advisory")]
    return {
        (one["advisory"]["id"], one["package"]["name"], one["package"]["version"]) for one in found
    }


def ours(program, folder, lock):
    said = subprocess.run(
        [program, "gate", "check", "--quiet", "--format", "json", "--sbom", lock]
        + ["--advisories", folder, "--now", "2026-11-01"],
        stdout=subprocess.PIPE,
        check=False,
    )
    out = set()
    for one in json.loads(said.stdout)["vulnerabilities"]:
        name, version = one["purl"].split("/", 1)[1].rsplit("@", 1)
        if one["id"].startswith("RUSTSEC-"):
            out.add((one["id"], name, version.replace("%2B", "+")))
    return out


def main():
    program, audit, folder = sys.argv[1:4]
    bad = 0
    with tempfile.TemporaryDirectory() as place:
        database = os.path.join(place, "db")
        count = translate(folder, database)
        # Whether a crate was yanked is asked of the network: not here.
        os.makedirs(os.path.join(place, ".cargo"))
        with open(os.path.join(place, ".cargo", "audit.toml"), "w", encoding="utf-8") as file:
            file.write("[yanked]\nenabled = false\n")
        every = os.path.join(place, "Cargo.lock")
        with open(every, "w", encoding="utf-8") as file:
            file.write(asked(folder))
        for lock in [every] + [os.path.abspath(path) for path in sys.argv[4:]]:
            left, right = theirs(audit, database, lock, place), ours(program, folder, lock)
            name = "every version" if lock == every else lock
            print(
                f"{name}: {count} advisories, {len(left)} matches of cargo-audit, "
                f"{len(right)} of the gate, {len(left - right)} missed, "
                f"{len(right - left)} too many"
            )
            for what, pairs in (("missed", left - right), ("too many", right - left)):
                for pair in sorted(pairs)[:20]:
                    print(f"  {what}: {' '.join(pair)}")
            bad += left != right
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
