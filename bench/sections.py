# SPDX-License-Identifier: GPL-2.0
"""What the report is made of: its sections, and what a reader has to know of each.

A column is compared with its reference: the same work without what is measured.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Aim:
    """In each row a column is to be at most so many times another one, or less."""

    column: str
    reference: str
    most: float
    less: bool = False

    def __str__(self):
        words = "less than" if self.less else "at most"
        times = "" if self.most == 1 else f"{self.most:g} of "
        return f"{self.column}: {words} {times}{self.reference}"

    def keeps(self, ratio):
        return ratio < self.most if self.less else ratio <= self.most


ORDERS = {
    "turns": "In turns: each round runs all columns (A B A B).",
    "blocks": "In blocks: all runs of a column, then those of the next one.",
    "once": "One run of each column.",
    "at once": "One run, of both columns at the same time.",
}


@dataclass(frozen=True)
class Section:
    name: str
    title: str
    text: str
    # {beginning of a column's name: the column that it is compared with}
    references: dict
    # "extra": what it takes more than the reference; "ratio": how many times as
    # much; "value": as it is.
    show: str
    # "bars", "lines" (the columns are numbers) or "" for none.
    plot: str
    # How its runs follow one another: of ORDERS.
    order: str
    aims: tuple = ()
    # What the values of a figure are, where they are not its runs.
    values: str = ""


EMULATED = ("In a virtual machine without hardware virtualisation: emulated time, which "
            "says little of a real machine.")

SECTIONS = [
    Section(
        "hook", "1. Redirection: one call of a kernel function",
        "The function is `jiffies64_to_msecs()`, called ten thousand times with "
        "interrupts off. Each variant counts the calls, which is part of what it "
        "takes, and has to have seen them all. QEMU counts the instructions around "
        "an exception, not what the exception costs a processor: on hardware the "
        "`int3` kprobe is dearer than this.",
        {"": "not watched"}, "extra", "bars", "turns"),
    Section(
        "hook_time", "1. Redirection: the same in time",
        "In User-Mode Linux, natively on this machine's processor: what can be timed "
        "where there is no hardware virtualisation. ftrace, kprobes and BPF do not "
        "exist there. Shown is the median, in brackets the quartiles, of 301 rounds; a "
        "busy machine shows in the quartiles.",
        {}, "value", "bars", "turns",
        values="Values of each: lower quartile, median and upper quartile of 301 rounds."),
    Section(
        "syscall", "2. System calls",
        "Each of a thousand calls is timed by itself, and the median taken. The "
        "profile is Docker's default one for a container without capabilities: as "
        "the filter that libseccomp makes of it (BPF JIT on, action cache warm), and "
        "as rules that vkctl makes of it. `personality` is a call that the profile "
        "has conditions on. `openat + close` and the pipe are two calls each. The "
        "file is in memory; columns of the host have no filter.",
        {"container": "container, no filter",
         "gVisor": "container, no filter (beside gVisor)",
         "host": "host, modules not loaded"}, "extra", "bars", "blocks"),
    Section(
        "start", "3. Containers: from the command to the program's first act",
        "What is executed on the one processor meanwhile, by whomever. A vkernel has "
        "Docker's default profile as rules of ours, besides the seccomp filter that the "
        "container has anyway, and a log, limits on memory and a parameter of the "
        "scheduler of its own; all plugins are loaded in every column but one. Columns are "
        "compared with the one that has seccomp alone, for a container without a vkernel "
        "has that; the aim of 1.05 is shown against no filter as well, with modules of "
        "ours and without any. The end is when the program says that it begins, but under "
        "gVisor, whose programs have a clock of their own: there it is when that word "
        "arrives outside.",
        {"": "seccomp, Docker's profile"}, "ratio", "bars", "turns",
        (Aim("seccomp, and a vkernel with all plugins", "seccomp, Docker's profile", 1.05),
         Aim("the same, and a policy of the group", "seccomp, Docker's profile", 1.05),
         Aim("vkernel with all plugins", "no filter", 1.05),
         Aim("vkernel with all plugins", "no filter, modules not loaded", 1.05))),
    Section(
        "start_time", "3. Containers: the same in time",
        EMULATED,
        {"": "seccomp, Docker's profile"}, "ratio", "bars", "turns"),
    Section(
        "vkernel", "3. Containers: the memory of a vkernel",
        "A thousand vkernels, each with one rule on system calls and armed with a "
        "namespace of its own, and a thousand that have all plugins: what each says of "
        "itself, and what of the machine's memory is gone for each of them, its files in "
        "configfs and debugfs included.",
        {}, "value", "", "once"),
    Section(
        "programs", "4. Programs",
        "Instructions of the whole machine for a unit of work inside a container: what "
        "many units take more than few. Servers are asked from the host, through the "
        "loopback. The vkernel has Docker's profile as rules of its own, and no "
        "seccomp filter; its own log, limits on memory and areas, and a parameter of the "
        "scheduler. All modules are loaded in every column but the one that says so. "
        "gVisor has the host's network.",
        {"": "no filter"}, "ratio", "bars", "turns",
        (Aim("vkernel with all plugins", "no filter, modules not loaded", 1.02),
         Aim("vkernel with all plugins", "no filter", 1.02),
         Aim("vkernel with all plugins", "seccomp, Docker's profile", 1, less=True))),
    Section(
        "sched", "5. Scheduling: hackbench in a container",
        "One processor. `chrt -b 0` needs no privilege; `SCHED_FIFO` needs "
        "`CAP_SYS_NICE` or a privileged container. No system-call filter in any "
        "column. Memory is not cleared when it is allocated (`init_on_alloc=0`): to "
        "clear a page counts as 4,096 instructions under emulation. Picks by the list say "
        "that the policy was in force.",
        {"": "NORMAL"}, "ratio", "bars", "turns"),
    Section(
        "sched_time", "5. Scheduling: the same in time",
        EMULATED,
        {"": "NORMAL"}, "ratio", "bars", "turns"),
    Section(
        "sched_switch", "5. Scheduling: two wake-ups and two switches",
        "Two tasks of one control group wake one another in turns through two pipes, "
        "on one processor. No system-call filter in any column.",
        {"": "module not loaded"}, "ratio", "bars", "blocks"),
    Section(
        "memory", "6. Memory: pages and areas",
        "A page fault, the first one in the room of a huge page and the next one "
        "there; mmap and munmap of 2 MiB; fork, _exit and wait. The least of many. No "
        "system-call filter in any column.",
        {"host": "host, modules not loaded",
         "container": "container, modules not loaded"}, "ratio", "bars", "blocks"),
    Section(
        "thp", "6. Memory: huge pages in one container and not in another",
        "Two containers at the same time on a host that has none: 512 MiB touched "
        "for the first time, and a redis that is filled. With `init_on_alloc=0`. No "
        "system-call filter in either column: both have a vkernel whose one plugin is "
        "that for memory.",
        {"": "never"}, "ratio", "bars", "at once"),
    Section(
        "neighbour", "6. Memory: a noisy neighbour",
        "One container commits all that it can; then the host and another container "
        "have a job to do. The host's mode of overcommit is 2. No system-call filter in "
        "either column: the vkernel's one plugin is that for memory.",
        {}, "value", "", "once"),
    Section(
        "log", "7. The kernel log",
        "What a program pays for a record that it writes to `/dev/kmsg`, the ring full, "
        "or reads there; the console takes no part. No system-call filter in any "
        "column.",
        {"host": "host, modules not loaded",
         "container": "container, modules not loaded"}, "ratio", "bars", "blocks"),
    Section(
        "scale", "8. Scale: beside other vkernels",
        "The same work, in a container and on the host, beside so many vkernels with "
        "plugins, each armed with a namespace of its own. No seccomp filter in any column; "
        "the host has none of ours either. The container has no vkernel in column 0, and "
        "from 1 on one of its own, with one rule, which denies `mkdir`.",
        {"": "0"}, "ratio", "lines", "blocks"),
    Section(
        "scale_hooks", "8. Scale: beside other hooks",
        "A call of the system while so many functions of the kernel are hooked, by "
        "guards that count, chosen evenly among all that can be: more and more of them "
        "lie on the call's own way. And how long the machine stands still to install "
        "them in one transaction. A column is the number of hooks; no filter in any.",
        {"": "0"}, "value", "lines", "blocks"),
    Section(
        "stop", "8. Scale: how long the machine stands still",
        "Installing and removing hooks in one transaction, beside so many tasks; the "
        "longest of three stops.",
        {}, "value", "", "once"),
]

METHOD = (
    "Every figure is measured beside its peer, in the same run of the same virtual "
    "machine; each section says whether columns take turns (A B A B) or have their runs "
    "in blocks. Shown is the median; in brackets the least and the greatest, where runs "
    "differ at all. What is compared, is so run by run: the first of one column with the "
    "first of the other, and so on; shown is the median of that, with its own least and "
    "greatest. A 99th percentile is the nearest rank of a hundred runs at least.",
    "There is no hardware virtualisation here: time that a guest sees is not real "
    "time. So most figures are guest instructions, counted by QEMU (`-icount shift=0`, "
    "one processor): exact, repeatable, the same on any machine. They say nothing of "
    "caches, branch predictors and exceptions. Where a figure is time, its section "
    "says whose.",
    "What a column's name says is what stands between the program and the kernel: no "
    "filter, seccomp, a vkernel, gVisor. Controls say what proved that it was in force.",
    "A figure that is worse than the committed one (`bench/baseline.tsv`) by more than "
    "the committed runs lie apart, and by a thousandth at least, is shown in red; so is "
    "one whose difference to its reference has become greater by more than that of both. "
    "On another release of the kernel only the latter is compared: the rest is that "
    "kernel's. Times are never red: they are those of one machine, or of an emulator.",
)


def reference_of(name, column):
    """The column that this one of the section is compared with, or None."""
    for section in SECTIONS:
        if section.name == name:
            for beginning, reference in section.references.items():
                if column.startswith(beginning) and column != reference:
                    return reference
    return None
