#!/usr/bin/env python3
"""Every test that lies in tests/ is one that ctest runs: a unit test, a fuzz target with seeds of
its own, an end-to-end test, an agent's. Usage: listed_test.py TESTS"""
import pathlib
import re
import sys

tests = pathlib.Path(sys.argv[1])
text = (tests / "CMakeLists.txt").read_text()


def named(call, argument=r"(\w+)"):
    return set(re.findall(rf"^\s*{call}\({argument}", text, re.M))


kinds = {
    "unit test": ({path.name[:-8] for path in tests.glob("*_test.cc")}, named("unit_test")),
    "fuzz target": ({path.stem[5:] for path in tests.glob("fuzz/fuzz_*.cc")}, named("fuzz_target")),
    "seeds": ({path.name for path in tests.glob("fuzz/seeds/*")}, named("fuzz_target")),
    "end-to-end test": ({path.name for path in tests.glob("e2e/t*")} - {"t15-agents"},
                        named("e2e_test", r"\w+ ([\w-]+)")),
    "agent": ({path.stem for path in tests.glob("e2e/t15-agents/*.sh")} - {"run"},
              named("agent_test")),
}
faults = []
for kind, (there, listed) in kinds.items():
    faults += [f"{kind} {name}: nothing runs it" for name in sorted(there - listed)]
    faults += [f"{kind} {name}: not there" for name in sorted(listed - there)]
    if len(there) < 10:
        faults.append(f"{len(there)} of the kind {kind}: the test looks at nothing")
print("\n".join(faults) or "all listed")
sys.exit(1 if faults else 0)
