#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the modules' hooks, those that docs/hook-points.md has, and those that vkctl
# proves: doctor asks for are the same functions

# shellcheck source=tests/vm/common.sh
. "$(dirname "$0")/../vm/common.sh"

cd "$TOP"
python3 - "${1:-}" <<'END'
import glob, re, sys

def text(*names):
    return "".join(open(name, encoding="utf-8").read() for name in names)

def words(pattern, source):
    return set(re.findall(pattern, source))

def part(source, begin, end):
    at = source.index(begin)
    return source[at:source.index(end, at)]

sources = text(*sorted(glob.glob("vkernel/*.[ch]") + glob.glob("plugins/*/*.[ch]")))
modules = words(r'\b[A-Z]+_HOOK\("?(\w+)', sources) | words(r'\.symbol = "(\w+)"', sources)
# Lists of functions, X(name, ...) a line.
for x, body in re.findall(r'#define \w+_FUNCTIONS\((\w+)\)((?:.*\\\n)*.*)', sources):
    modules |= words(rf'\b{x}\((\w+)', body)
modules |= words(r'#define (?:WAKEUP_FUNCTION|COMPAT_THP_DECISION) "?(\w+)', sources)
# The macros' own parameters.
modules -= {"name", "function"}

table = part(text("docs/hook-points.md"), "| module |", "\n\n")
rows = [row for row in table.splitlines()[2:] if " of huge pages |" not in row and "anon_enabled" not in row]
# Not the module, nor sites and bytes. Those of files are found through sysfs.
documents = set().union(*(words(r"`([a-z_]\w+)`", row.split("|", 2)[2]) for row in rows))

doctor = words(r'"(\w+)"', part(text("tools/vkctl/doctor.c"), "} hook_points[] =", "\n};"))
if sys.argv[1]:
    doctor.remove(sys.argv[1])
failures = 0
lists = {"the modules": modules, "docs/hook-points.md": documents, "vkctl doctor": doctor}
assert all(len(names) > 60 for names in lists.values()), lists
for here, names in lists.items():
    for there, others in lists.items():
        for name in sorted(names - others):
            print(f"FAIL: {here} has {name}, {there} has not")
            failures = 1
if not failures:
    print(f"ok: {len(doctor)} functions")
sys.exit(failures)
END
[ -z "${1:-}" ] || exit
! "$0" shmem_charge >/dev/null || { echo "FAIL: control: one that is missing is not found"; exit 1; }
