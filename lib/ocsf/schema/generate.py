"""Writes ocsf-1.5.0.tsv: the classes of src/class.rs and every object below them.

    python3 generate.py COMPILED SOURCES > ocsf-1.5.0.tsv

COMPILED is the schema as one JSON document (`.json` or `.json.gz`, from ocsf-lib-py's
`python -m ocsf.compile`), SOURCES a checkout of github.com/ocsf/ocsf-schema at tag 1.5.0.
Two facts come from SOURCES, where the compiler mixes up who has the last word: constraints (the
child's own replace the parent's) and `"profile": null`, which makes a profile's attribute the
class's own.
"""
import glob
import gzip
import json
import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
NEED = {"required": "!", "recommended": "+", "optional": ""}
# The formula class_uid * 100 + activity_id says more than these lists do.
NO_ENUM = {"type_uid"}


def load(path):
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8") as file:
        return json.load(file)


def read_sources(sources):
    raw = {}
    for kind in ("objects", "events"):
        for file in sorted(glob.glob(f"{sources}/{kind}/**/*.json", recursive=True)):
            item = load(file)
            name = item.get("name") or Path(file).stem
            raw[(kind, name)] = item
    return raw


def constraints(raw):
    """Name -> constraint, the child's own before the parent's."""
    found = {}
    for kind, name in raw:
        at = name
        while at and "constraints" not in raw.get((kind, at), {}):
            at = raw.get((kind, at), {}).get("extends")
        found[(kind, name)] = raw.get((kind, at), {}).get("constraints", {}) if at else {}
    return found


def is_own(raw, kind, name, attribute):
    """Whether the class or a parent of it takes a profile's attribute as its own."""
    while name:
        item = raw.get((kind, name), {})
        a = item.get("attributes", {}).get(attribute)
        if isinstance(a, dict) and "profile" in a:
            return a["profile"] is None
        name = item.get("extends")
    return False


def attribute(name, a):
    enum = "" if name in NO_ENUM or not a["enum"] else "|".join(
        f"{key}={a['enum'][key]['caption']}"
        for key in sorted(a["enum"], key=lambda k: (not k.isdigit(), int(k) if k.isdigit() else 0, k))
    )
    assert "\t" not in enum and enum.count("=") == (enum.count("|") + 1 if enum else 0), enum
    kind = a["type"] + ("[]" if a["is_array"] else "")
    return "\t".join(["", name, kind + NEED[a["requirement"]], a["profile"] or "", enum]).rstrip("\t")


def main():
    compiled, raw = load(sys.argv[1]), read_sources(sys.argv[2])
    source = (HERE.parent / "src/class.rs").read_text(encoding="utf-8")
    wanted = sorted(int(uid) for uid in re.findall(r"^    [A-Z_]+ = (\d+), \"", source, re.M))
    by_uid = {c["uid"]: c for c in compiled["classes"].values()}
    rules = constraints(raw)
    types = compiled["types"]
    # Without the platform extensions (`win/…`, `linux/…`): we write none of their attributes.
    objects = {n: o for n, o in compiled["objects"].items() if "/" not in n}
    for item in [*objects.values(), *by_uid.values()]:
        item["attributes"] = {n: a for n, a in item["attributes"].items() if "/" not in a["type"]}

    for c in by_uid.values():
        for n, a in c["attributes"].items():
            if a["profile"] and is_own(raw, "events", c["name"], n):
                a["profile"] = None

    def constraint(kind, name):
        return ";".join(f"{k}={','.join(v)}" for k, v in sorted(rules[(kind, name)].items()))

    out = [f"schema\t{compiled['version']}"]
    for name in sorted(types):
        out.append(f"type\t{name}\t{types[name]['type'] or name}")
    base = {n: attribute(n, a) for n, a in by_uid[0]["attributes"].items()}
    queue, seen = [], set()
    for uid in [0] + [u for u in wanted if u]:
        c = by_uid[uid]
        profiles = ",".join(sorted(c["profiles"] or []))
        out.append("\t".join(["class", c["name"], str(uid), c["caption"], profiles,
                              constraint("events", c["name"])]).rstrip("\t"))
        for name in sorted(c["attributes"]):
            line = attribute(name, c["attributes"][name])
            # The other classes list only what they add to the base event, or say differently.
            if uid == 0 or base.get(name) != line:
                out.append(line)
            queue.append(c["attributes"][name]["type"])
        assert not set(base) - set(c["attributes"]), c["name"]
    while queue:
        name = queue.pop()
        if name in types or name in seen or name == "object":
            continue
        seen.add(name)
        queue.extend(a["type"] for a in objects[name]["attributes"].values())
    for name in sorted(seen):
        out.append(f"object\t{name}\t{constraint('objects', name)}".rstrip("\t"))
        out.extend(attribute(n, objects[name]["attributes"][n])
                   for n in sorted(objects[name]["attributes"]))
    print("\n".join(out))


main()
