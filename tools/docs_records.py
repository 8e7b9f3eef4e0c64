# SPDX-License-Identifier: MIT
"""docs_records.py - docs/records.md against the records that boots have written

A kind is a heading "## `kind`" there, a field a row "| `field` | type | ...".
"""

import functools
import json
import re

from docs_kernel import ROOT, Wrong, all_records, boot, source_text

# A call with its kind as a literal, and the record that record() itself makes.
KINDS = re.compile(r'(?:\brecord\("|\{\\"k\\":\\")([a-z]+)')


@functools.lru_cache(None)
def calls():
    """kind -> (where it is written, the fields its format names)."""
    found = {}
    for path, text in source_text().items():
        name = str(path.relative_to(ROOT))
        if name.startswith("tests/"):
            continue
        for match in KINDS.finditer(text):
            call = text[match.end():text.index(";", match.end())]
            _, fields = found.setdefault(match[1], (name, set()))
            fields.update(re.findall(r'\\"(\w+)\\":', call))
            fields.discard("t")
    return found


def is_number(value):
    return isinstance(value, int) and not isinstance(value, bool)


TYPES = {
    "number": is_number,
    "flag": lambda v: v in (0, 1),
    "string": lambda v: isinstance(v, str),
    "numbers": lambda v: isinstance(v, list) and all(map(is_number, v)),
    "runs": lambda v: isinstance(v, list) and all(
        len(run) == 2 and is_number(run[0]) and isinstance(run[1], str)
        for run in v),
    "blocks": lambda v: isinstance(v, list) and all(
        len(run) == 3 and all(map(is_number, run)) for run in v),
}


def documented():
    """kind -> {field: type}, from docs/records.md."""
    text = (ROOT / "docs/records.md").read_text()
    kinds = {}
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        name = re.match(r"`(\w+)`", part)
        if name:
            kinds[name[1]] = dict(re.findall(
                r"^\| `(\w+)` \| (\w+) \|", part, re.MULTILINE))
    return kinds


def check_record(line, kinds):
    record = json.loads(line)
    kind = record.pop("k")
    if kind not in kinds:
        raise Wrong(f"docs/records.md does not know this one: {line}")
    if not is_number(record.pop("t")):
        raise Wrong(f"no time: {line}")
    want = kinds[kind]
    if set(record) != set(want):
        raise Wrong(f"fields of {kind}: documented {sorted(want)}, "
                    f"written {sorted(record)}")
    for field, value in record.items():
        if not TYPES[want[field]](value):
            raise Wrong(f"{kind}: {field} is no {want[field]}: {line}")
    return kind, record


def check_kinds():
    kinds = documented()
    if set(kinds) != set(calls()):
        raise Wrong(f"kinds in docs/records.md: {sorted(kinds)}; "
                    f"in the sources: {sorted(calls())}")
    for kind, (_, fields) in calls().items():
        if not fields <= set(kinds[kind]):
            raise Wrong(f"{kind}: the source writes "
                        f"{sorted(fields - set(kinds[kind]))}, too")


def check_fields():
    kinds = documented()
    seen = {check_record(line, kinds)[0] for line in all_records}
    # "dropped" needs a record that is too long; no part writes one.
    # A band needs a frame buffer, which tests/boot/screen.py has.
    missing = set(kinds) - seen - {"dropped", "band"}
    if missing:
        raise Wrong(f"no boot has written {sorted(missing)}")


def check_sums():
    """The records of one boot tell of one machine."""
    _, lines = boot("memmap")
    kinds = documented()
    records = [check_record(line, kinds) for line in lines]
    pages = next(r["pages"] for k, r in records if k == "boot")
    frames = []
    for kind, record in records:
        if kind == "frames" and record["first"] == 0:
            frames = []
        if kind == "frames":
            if record["first"] != sum(nr for nr, _ in frames):
                raise Wrong("a gap between records of frames")
            frames += record["runs"]
    zones = {r["name"]: r for k, r in records if k == "zone"}
    if sum(z["managed"] for z in zones.values()) != pages:
        raise Wrong("managed pages of the zones are not those of the boot")
    free = sum(nr for nr, name in frames if name == "free")
    if sum(z["free"] + z["pcp"] for z in zones.values()) != free:
        raise Wrong(f"zones and frames disagree about free frames: {free}")
    blocks = [run for k, r in records if k == "blocks" for run in r["runs"]]
    if sum(nr for _, nr, _ in blocks) != free:
        raise Wrong(f"blocks and frames disagree about free frames: {free}")
    for name, zone in zones.items():
        if sum(nr << i for i, nr in enumerate(zone["blocks"])) != zone["free"]:
            raise Wrong(f"blocks of {name} do not add up to its free frames")
