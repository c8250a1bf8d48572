# SPDX-License-Identifier: GPL-2.0
"""What README.md says of the committed figures: a table, and some sentences."""

from figures import BadFigures, Key, shown

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
# that may have them. All are required.
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
    # gVisor is a runtime of its own, and beside the other one.
    ("`crun run`, to the program's first act", "start", "crun run", PROGRAM[:3],
     ("start",)),
    ("`runc run`, or `runsc run`, the same", "start", "runc run", PROGRAM, ("start",)),
)
# A ratio whose least and greatest lie further apart than that is shown with them.
WIDE = 0.01


def find(cells, bench, section, row, column):
    return cells.get(Key(SERIES, bench, section, row, column, "instructions"))


def need(cells, bench, section, row, column):
    cell = find(cells, bench, section, row, column)
    if cell is None:
        raise BadFigures(f"no committed figure: {bench}: {row}, {column}")
    return cell


def ratio(cell, base):
    """Of what is committed it is not known which run belongs to which: so the range is
    the widest that there can be."""
    middle = cell.middle / base.middle
    low, high = cell.low / base.high, cell.high / base.low
    text = f"× {middle:.3f}"
    return f"{text}: {low:.2f} – {high:.2f}" if high - low > WIDE * middle else text


def field(cells, section, row, columns, column, benches):
    """A number, and how many times as much as its reference in the same bench it is."""
    for bench in benches:
        cell = find(cells, bench, section, row, column)
        if cell is None:
            continue
        base = (find(cells, bench, section, row, columns[0]) or
                find(cells, bench, section, row, BASES.get(column)))
        if column == columns[0]:
            return f"{cell.middle:,.0f}"
        if base:
            return f"{cell.middle:,.0f} ({ratio(cell, base)})"
    raise BadFigures(f"no committed figure, or no reference: {row}, {column}")


def table(cells):
    lines = [HEAD, ("---", *["---:"] * (len(HEAD) - 1))]
    for name, section, row, columns, benches in ROWS:
        fields = [field(cells, section, row, columns, column, benches)
                  for column in columns]
        lines.append((name, *fields, *[""] * (len(HEAD) - 1 - len(fields))))
    return ["| " + " | ".join(line) + " |" for line in lines]


def more(cells, bench, section, row, column, reference):
    """How much more it takes than that, in whole instructions."""
    cell, base = (need(cells, bench, section, row, one) for one in (column, reference))
    return f"{cell.middle - base.middle:,.0f}"


def hook(cells, column):
    return more(cells, "hook", "hook", "jiffies64_to_msecs()", column, "not watched")


def sentences(cells):
    call = "a system call (getppid), container"
    beside = more(cells, "scale", "scale", call, "4096", "1")
    beside = ("what it takes beside one, to the instruction" if beside == "0" else
              f"{beside} instructions more than beside one")
    hooks = max((key.column for key in cells
                 if (key.series, key.section) == (SERIES, "scale_hooks")),
                key=int, default="0")
    release = need(cells, "hooks", "scale_hooks", "getppid", hooks).release
    return (
        "A redirected call of a kernel function takes "
        f"{hook(cells, 'hookcore: guard counts, tail jump')} instructions more, or "
        f"{hook(cells, 'hookcore: handler counts, calls the original')} if the handler "
        "calls the original; an optimised kprobe takes "
        f"{hook(cells, 'kprobe, optimised to a jmp')}, BPF fentry "
        f"{hook(cells, 'BPF fentry')}. Beside 4,096 vkernels getppid takes {beside}; with "
        f"all {shown(int(hooks))} functions hooked that could be when it was measured "
        f"({release}), it takes "
        f"{more(cells, 'hooks', 'scale_hooks', 'getppid', hooks, '0')} more.")


def summary(cells):
    return "\n".join([*table(cells), "", sentences(cells)])
