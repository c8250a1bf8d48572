# SPDX-License-Identifier: GPL-2.0
"""The table in README.md, made of the committed figures."""

from figures import Key

SERIES = "6.1-amd64"
HEAD = ("guest instructions", "no filter", "seccomp, Docker's profile",
        "vKernel, the same profile", "gVisor, ptrace")
CALL = ("container, no filter", "container, seccomp, Docker's profile",
        "container, vkernel, the same profile", "gVisor, runsc with ptrace")
PROGRAM = ("no filter", "seccomp, Docker's profile", "vkernel with all plugins",
           "gVisor, runsc with ptrace")
# Of those that are compared with another one than the first: which.
BASES = {"gVisor, runsc with ptrace": "container, no filter (beside gVisor)"}
# What it is called there, section, row in the section, its columns, and the benches
# that may have them.
ROWS = (
    ("the call getppid", "syscall", "getppid", CALL, ("syscall", "gvisor")),
    ("openat and close", "syscall", "openat + close", CALL, ("syscall", "gvisor")),
    ("nginx: a request", "programs", "nginx: a request (ab)", PROGRAM, ("programs",)),
    ("redis: a GET", "programs", "redis: a GET (redis-benchmark)", PROGRAM,
     ("programs",)),
    ("pwgen: a password", "programs", "pwgen: a password of 64", PROGRAM,
     ("programs",)),
    ("a shell's fork and exec", "programs", "sh: a fork and an exec", PROGRAM,
     ("programs",)),
    ("`crun run`, to the program's first act", "start", "crun run", PROGRAM,
     ("start",)),
    ("`runc run`, or `runsc run`, the same", "start", "runc run", PROGRAM, ("start",)),
)


def find(cells, bench, section, row, column):
    cell = cells.get(Key(SERIES, bench, section, row, column, "instructions"))
    return cell and cell.middle


def shown(cells, section, row, columns, column, benches):
    """A number, and how many times as much as its reference in the same bench it is."""
    for bench in benches:
        value = find(cells, bench, section, row, column)
        if value is None:
            continue
        base = (find(cells, bench, section, row, columns[0]) or
                find(cells, bench, section, row, BASES.get(column)))
        if column == columns[0] or not base:
            return f"{value:,.0f}"
        return f"{value:,.0f} (× {value / base:.3f})"
    return ""


def summary(cells):
    lines = [HEAD, ("---", *["---:"] * (len(HEAD) - 1))]
    for name, section, row, columns, benches in ROWS:
        fields = [shown(cells, section, row, columns, column, benches) for column in columns]
        if fields[0]:
            lines.append((name, *fields))
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
