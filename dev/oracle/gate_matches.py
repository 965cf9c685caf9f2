#!/usr/bin/env python3
"""Holds the gate's matches to those of this second, independent reader of OSV advisories.

    python3 dev/oracle/gate_matches.py PROGRAM ECOSYSTEM FOLDER

PROGRAM is the yagura binary, ECOSYSTEM is crates.io or PyPI, FOLDER holds the advisories as OSV's
JSON. For every package it asks for every version that an advisory speaks of, and for neighbours
of each. PyPI's order is that of `packaging`, which pip carries; that of crates.io is written here
after Semantic Versioning 2.0.0. Nothing is shared with the program.
"""

import json
import os
import re
import subprocess
import sys
import tempfile

SEMVER = re.compile(r"^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$")


class Semver:
    """Section 11: numbers, then a release after its prereleases, then identifiers one by one."""

    def __init__(self, text):
        found = SEMVER.match(text)
        if not found:
            raise ValueError(text)
        numbers = tuple(int(part) for part in found.group(1, 2, 3))
        pre = found.group(4)
        parts = []
        for part in pre.split(".") if pre else []:
            parts.append((0, int(part), "") if part.isdigit() else (1, 0, part))
        self.key = (numbers, pre is None, parts)

    def __lt__(self, other):
        return self.key < other.key

    def __le__(self, other):
        return self.key <= other.key

    def __eq__(self, other):
        return self.key == other.key


def readers(ecosystem):
    """How a version is read, which neighbours it has, and the type of its package URL."""
    if ecosystem == "crates.io":
        return Semver, ["", "-alpha.1", "-rc.2"], "cargo"
    from pip._vendor.packaging.version import Version

    return Version, ["", ".post1", "rc1", ".dev1"], "pypi"


def read(kind, text):
    try:
        return kind(text)
    except Exception:
        return None


def hit(kind, affected, version):
    """OSV's evaluation, as its specification has it in pseudo-code."""
    if any(version == other for other in (read(kind, v) for v in affected.get("versions", [])) if other):
        return True
    for span in affected.get("ranges", []):
        if span["type"] == "GIT":
            continue
        events = []
        for event in span["events"]:
            for word, text in event.items():
                place = None if word == "introduced" and text == "0" else read(kind, text)
                # What is no version is before every version, as pip had it.
                lowest = place is None
                events.append((word, place, lowest))
        first = [e for e in events if e[2]]
        rest = sorted((e for e in events if not e[2]), key=lambda e: Key(e))
        inside = False
        for word, place, lowest in first + rest:
            if word == "introduced" and (lowest or place <= version):
                inside = True
            elif word == "fixed" and (lowest or place <= version):
                inside = False
            elif word == "last_affected" and (lowest or place < version):
                inside = False
        if inside:
            return True
    return False


class Key:
    """Events in the order of versions; what begins goes before what ends there."""

    def __init__(self, event):
        self.place, self.ends = event[1], event[0] != "introduced"

    def __lt__(self, other):
        if self.place == other.place:
            return self.ends < other.ends
        return self.place < other.place


def spelled(ecosystem, name):
    return re.sub(r"[-_.]+", "-", name).lower() if ecosystem == "PyPI" else name


def gather(ecosystem, folder, kind, ends):
    """Advisories by package, and the versions to ask for."""
    packages = {}
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".json"):
            continue
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            advisory = json.load(file)
        if advisory.get("withdrawn"):
            continue
        for affected in advisory.get("affected", []):
            package = affected.get("package", {})
            if package.get("ecosystem") != ecosystem:
                continue
            entry = packages.setdefault(spelled(ecosystem, package["name"]), (set(), []))
            entry[1].append((advisory["id"], affected))
            texts = {"0.0.1", "999.0.0"} | set(affected.get("versions", []))
            for span in affected.get("ranges", []):
                texts |= {text for event in span["events"] for text in event.values()}
            for text in texts:
                entry[0].update(text + end for end in ends if read(kind, text + end))
    return packages


def main():
    program, ecosystem, folder = sys.argv[1:4]
    kind, ends, purl = readers(ecosystem)
    packages = gather(ecosystem, folder, kind, ends)
    components, theirs = [], set()
    for name, (versions, advisories) in packages.items():
        for text in versions:
            label = f"pkg:{purl}/{name}@{text.replace('+', '%2B')}".lower()
            components.append({"type": "library", "name": name, "version": text, "purl": label})
            version = kind(text)
            for identity, affected in advisories:
                if hit(kind, affected, version):
                    theirs.add((identity, name.lower(), text.lower()))
    bom = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": components}
    with tempfile.TemporaryDirectory() as place:
        path = os.path.join(place, "bom.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(bom, file)
        said = subprocess.run(
            [program, "gate", "check", "--quiet", "--format", "json", "--sbom", path]
            + ["--advisories", folder, "--now", "2026-11-01"],
            stdout=subprocess.PIPE,
            check=False,
        )
    verdict = json.loads(said.stdout)
    ours = set()
    for found in verdict["vulnerabilities"]:
        name, version = found["purl"].split("/", 1)[1].rsplit("@", 1)
        ours.add((found["id"], name.lower(), version.replace("%2B", "+").lower()))
    print(
        f"{ecosystem}: {len(packages)} packages, {len(components)} versions, "
        f"{len(theirs)} matches expected, {len(ours)} given, "
        f"{len(theirs - ours)} missed, {len(ours - theirs)} too many"
    )
    for what, pairs in (("missed", theirs - ours), ("too many", ours - theirs)):
        for pair in sorted(pairs)[:20]:
            print(f"  {what}: {' '.join(pair)}")
    sys.exit(0 if ours == theirs else 1)


if __name__ == "__main__":
    main()
