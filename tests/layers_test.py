#!/usr/bin/env python3
"""A room of src/ includes itself and what its module NEEDS, all of them rooms that stand before it
in src/CMakeLists.txt; it NEEDS nothing that it does not include. A type of ours has one name and
one header: two of one name are one for the linker. Usage: layers_test.py SRC"""
import pathlib
import re
import sys

MOST_LINES = 400
src = pathlib.Path(sys.argv[1])
faults = []


def modules():
    """Name -> (sources, needs), in the order of the file."""
    found = {}
    for block in re.findall(r"^module\(([^)]*)\)", (src / "CMakeLists.txt").read_text(), re.M):
        words = re.sub(r"\$\{.*?\}\S*", "", block).split()
        lists = {"SOURCES": [], "NEEDS": [], "PRIVATE": []}
        for word in words[1:]:
            if word in lists:
                into = lists[word]
            else:
                into.append(word)
        found[words[0]] = (lists["SOURCES"], lists["NEEDS"])
    return found


def included_by(room):
    """Room -> a file of this room that includes something there."""
    found = {}
    for path in [*room.glob("*.h"), *room.glob("*.cc")]:
        for other in re.findall(r'^#include "([a-z_]+)/', path.read_text(), re.M):
            found.setdefault(other, path.name)
    return found


rooms = modules()
files = 0
before = []
for name, (sources, needs) in rooms.items():
    included = included_by(src / name)
    files += len(sources)
    for other, path in sorted(included.items()):
        if other not in [*needs, name]:
            faults.append(f"{name}/{path} includes {other}/, which {name} does not need")
    for other in needs:
        if other not in before and other != "rule_files":
            faults.append(f"{name} needs {other}, which is not below it")
        if other not in included and other != "rule_files":
            faults.append(f"{name} needs {other}, but includes nothing of it")
    before.append(name)

listed = (src / "CMakeLists.txt").read_text()
for path in sorted(src.glob("*/*.cc")):
    if str(path.relative_to(src)) not in listed:
        faults.append(f"{path.relative_to(src)} is built by nothing")
for path in sorted([*src.glob("*/*.cc"), *src.glob("*/*.h")]):
    lines = len(path.read_text().splitlines())
    if lines > MOST_LINES:
        faults.append(f"{path.relative_to(src)} has {lines} lines: more than {MOST_LINES}")
declared = {}
for path in sorted(src.glob("*/*.h")):
    types = re.findall(r"^(?:struct|class|enum(?: class)?) (\w+)[^;\n]*\{", path.read_text(), re.M)
    for name in types:
        if name in declared:
            faults.append(f"{path.relative_to(src)} declares {name}, as {declared[name]} does")
        declared[name] = path.relative_to(src)
for folder in sorted(path.name for path in src.iterdir() if path.is_dir()):
    if folder not in rooms:
        faults.append(f"{folder}/ is no module")
if files < 100 or len(declared) < 300:
    faults.append(f"{files} files, {len(declared)} types: the test looks at nothing")

print("\n".join(faults) or f"{len(rooms)} rooms, {files} files")
sys.exit(1 if faults else 0)
