#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Does vkctl make of seccomp profiles what seccomp makes of them?

seccomp.py VKCTL PROFILE [CAP...]    one profile, all calls, some arguments
seccomp.py VKCTL --random COUNT SEED generated ones
seccomp.py VKCTL --control PROFILE   a rule changed must be found
seccomp.py --export PROFILE FILE [CAPABILITY...]     only libseccomp's filter
seccomp.py --generate COUNT SEED DIR the same of generated ones, with these

The profile is read once more here, told to libseccomp by way of ctypes, and
the filter that comes of it is run. That, for each call and for arguments at and
around all numbers in question, is held against the rules that vkctl prints.
"""
import ctypes
import json
import os
import random
import re
import struct
import subprocess
import sys
import tempfile

LIB = ctypes.CDLL("libseccomp.so.2")
LIB.seccomp_init.restype = ctypes.c_void_p
LIB.seccomp_init.argtypes = [ctypes.c_uint32]
LIB.seccomp_release.argtypes = [ctypes.c_void_p]
LIB.seccomp_arch_add.argtypes = [ctypes.c_void_p, ctypes.c_uint32]
LIB.seccomp_export_bpf.argtypes = [ctypes.c_void_p, ctypes.c_int]
LIB.seccomp_syscall_resolve_name.argtypes = [ctypes.c_char_p]

ABIS = {"x64": 0xC000003E, "ia32": 0x40000003, "x32": 0xC000003E}
ARCHES = {"SCMP_ARCH_X86_64": 0xC000003E, "SCMP_ARCH_X86": 0x40000003,
          "SCMP_ARCH_X32": 0x4000003E}
OPS = ["", "NE", "LT", "LE", "EQ", "GE", "GT", "MASKED_EQ"]
ACTIONS = {"ALLOW": 0x7FFF0000, "KILL": 0, "KILL_THREAD": 0, "LOG": 0x7FFC0000,
           "KILL_PROCESS": 0x80000000, "TRAP": 0x30000, "ERRNO": 0x50000}
NUMBERS = 599
URING = range(425, 428)
LOW = 0xFFFFFFFF
ALL = 0xFFFFFFFFFFFFFFFF


class Condition(ctypes.Structure):
    _fields_ = [("arg", ctypes.c_uint), ("op", ctypes.c_int),
                ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]


LIB.seccomp_rule_add_array.argtypes = [
    ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint,
    ctypes.POINTER(Condition)]


class Refused(Exception):
    """libseccomp does not want it, or vkctl must not."""


def action_of(name, error):
    """The number of an action."""
    action = ACTIONS[name[len("SCMP_ACT_"):]]
    return action | (error & 0xFFFF if name == "SCMP_ACT_ERRNO" else 0)


def error_of(entry, number_key, name_key):
    """The error that goes with an action; Podman's name for it comes first."""
    import errno
    if entry.get(name_key):
        return getattr(errno, entry[name_key])
    number = entry.get(number_key)
    return 1 if number is None else number


def version(words):
    """Two numbers."""
    return tuple(int(part) for part in re.match(r"(\d+)\.(\d+)", words).groups())


def applies(rule, caps, release):
    """Is the rule for this container?"""
    out = rule.get("excludes") or {}
    into = rule.get("includes") or {}
    if "amd64" in (out.get("arches") or []):
        return False
    if any(cap in caps for cap in out.get("caps") or []):
        return False
    if out.get("minKernel") and release >= version(out["minKernel"]):
        return False
    if into.get("arches") and "amd64" not in into["arches"]:
        return False
    if any(cap not in caps for cap in into.get("caps") or []):
        return False
    return not into.get("minKernel") or release >= version(into["minKernel"])


def add(ctx, action, number, conditions):
    """One rule for one call."""
    array = (Condition * max(1, len(conditions)))(*conditions)
    if LIB.seccomp_rule_add_array(ctx, action, number, len(conditions), array):
        raise Refused()


def arches(profile):
    """What the profile lists."""
    for entry in profile.get("archMap") or []:
        if entry["architecture"] == "SCMP_ARCH_X86_64":
            return [entry["architecture"]] + entry.get("subArchitectures", [])
    return profile.get("architectures") or []


def strictness(action):
    """As the kernel orders actions: the least is the strictest."""
    return struct.unpack("<i", struct.pack("<I", action & 0xFFFF0000))[0]


def tell(ctx, profile, fallback, caps, release):
    """All rules, as runc tells them."""
    for arch in arches(profile):
        if arch in ARCHES:
            LIB.seccomp_arch_add(ctx, ARCHES[arch])
    for rule in profile.get("syscalls") or []:
        action = action_of(rule["action"], error_of(rule, "errnoRet", "errno"))
        if action == fallback or not applies(rule, caps, release):
            continue
        conditions = [Condition(arg["index"], OPS.index(arg["op"][9:]),
                                arg.get("value", 0), arg.get("valueTwo", 0))
                      for arg in rule.get("args") or []]
        indices = [condition.arg for condition in conditions]
        for name in rule.get("names") or [rule["name"]]:
            number = LIB.seccomp_syscall_resolve_name(name.encode())
            if number == -1:
                if strictness(action) < strictness(fallback):
                    raise Refused()
                continue
            if len(set(indices)) == len(indices):
                add(ctx, action, number, conditions)
                continue
            for condition in conditions:
                add(ctx, action, number, [condition])


def make_filter(profile, caps, release):
    """The program, as a list of instructions."""
    fallback = action_of(profile["defaultAction"],
                         error_of(profile, "defaultErrnoRet", "defaultErrno"))
    ctx = LIB.seccomp_init(fallback)
    try:
        tell(ctx, profile, fallback, caps, release)
        with tempfile.TemporaryFile() as file:
            if LIB.seccomp_export_bpf(ctx, file.fileno()):
                raise Refused()
            file.seek(0)
            code = file.read()
    finally:
        LIB.seccomp_release(ctx)
    return list(struct.iter_unpack("HBBI", code))


def run_filter(code, abi, number, args):
    """What seccomp would answer."""
    data = struct.pack("<iIQ6Q", number | (0x40000000 if abi == "x32" else 0),
                       ABIS[abi], 0, *args)
    acc = at = 0
    while True:
        op, yes, no, k = code[at]
        at += 1
        if op == 0x20:
            acc = struct.unpack_from("<I", data, k)[0]
        elif op == 0x54:
            acc &= k
        elif op == 0x05:
            at += k
        elif op == 0x06:
            return k
        else:
            hit = {0x15: acc == k, 0x25: acc > k, 0x35: acc >= k,
                   0x45: acc & k != 0}[op]
            at += yes if hit else no


def verdict_number(word):
    """The action that a verdict stands for."""
    if word in ("allow", "log", "kill_thread", "kill_process", "trap"):
        return ACTIONS[word.upper()]
    if word.startswith("trap:"):
        return ACTIONS["TRAP"] | int(word[5:])
    return ACTIONS["ERRNO"] | int(word.split(":")[-1])


def parse_condition(word):
    """"a0&0xff==0x1" as argument, mask, operator, value."""
    found = re.fullmatch(r"a([0-5])(?:&(\w+))?(==|!=|<=|>=|<|>)(\w+)", word)
    arg, mask, operator, value = found.groups()
    return int(arg), int(mask, 0) if mask else ALL, operator, int(value, 0)


def numbers(words):
    """What "0-3,5" stands for."""
    for part in words.split(","):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


class Rules:
    """What vkctl printed, and what it means."""

    def __init__(self, lines):
        self.fallback, self.final, self.tested = {}, {}, {}
        for line in lines:
            key, _, value = line.partition("=")
            words = value.split(" ")
            if key == "syscall.default":
                for abi in [words[0]] if len(words) == 2 else ABIS:
                    self.fallback[abi] = verdict_number(words[-1])
            elif key == "syscall.rules_add":
                for number in numbers(words[1]):
                    self.add(words[0], number, verdict_number(words[2]),
                             [parse_condition(word) for word in words[3:]])

    def add(self, abi, number, verdict, conditions):
        """One line."""
        if conditions:
            self.tested.setdefault((abi, number), []).append(
                (conditions, verdict))
        else:
            self.final[abi, number] = verdict

    def ask(self, abi, number, args):
        """What the plugin would decide."""
        if abi != "x64":
            args = [arg & LOW for arg in args]
        for conditions, verdict in self.tested.get((abi, number), []):
            if all(holds(condition, args) for condition in conditions):
                return verdict
        return self.final.get((abi, number), self.fallback[abi])


def holds(condition, args):
    """One condition."""
    arg, mask, operator, value = condition
    left = args[arg] & mask
    return {"==": left == value, "!=": left != value, "<": left < value,
            "<=": left <= value, ">": left > value, ">=": left >= value}[operator]


def interesting(profile):
    """Numbers at which an answer may change."""
    numbers = {0, 1, LOW, ALL, 1 << 32}
    for rule in profile.get("syscalls") or []:
        for arg in rule.get("args") or []:
            for value in (arg.get("value", 0), arg.get("valueTwo", 0)):
                for near in (value - 1, value, value + 1, value ^ (1 << 35),
                             value & LOW, value | (7 << 32), ~value):
                    numbers.add(near & ALL)
    return sorted(numbers)


def with_arguments(profile):
    """Numbers of the calls that have conditions, by any name or multiplexer."""
    numbers = {102, 117}
    for rule in profile.get("syscalls") or []:
        if not rule.get("args"):
            continue
        for name in rule.get("names") or [rule["name"]]:
            for arch in ARCHES.values():
                number = LIB.seccomp_syscall_resolve_name_arch(arch,
                                                               name.encode())
                numbers.add(number & ~0x40000000 if number >= 0 else number)
    return numbers | set(range(359, 374)) | set(range(393, 403))


def compare(code, rules, profile, uring, samples, rng):
    """Every call, with and without arguments that matter."""
    pool, special = interesting(profile), with_arguments(profile)
    count = 0
    for abi in ABIS:
        for number in range(NUMBERS):
            if number in URING and abi in uring:
                continue
            rounds = samples if number in special else 2
            for _ in range(rounds):
                args = [rng.choice(pool) for _ in range(6)]
                want = run_filter(code, abi, number, args)
                got = rules.ask(abi, number, args)
                count += 1
                # The kernel knows no errno above.
                if want & 0xFFFF0000 == ACTIONS["ERRNO"]:
                    want = ACTIONS["ERRNO"] | min(want & 0xFFFF, 4095)
                if want != got:
                    raise SystemExit(
                        f"FAIL: {abi} {number} {[hex(a) for a in args]}: "
                        f"seccomp {want:#x}, vkctl {got:#x}")
    return count


def ask_vkctl(vkctl, path, caps, release):
    """Its rules, or None; and the ABIs of which it says that io_uring is off."""
    command = [vkctl, "check", "--print", "--kernel", release, path]
    for cap in caps:
        command[2:2] = ["--cap", cap]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(f"FAIL: vkctl: {done.returncode}: {done.stderr}")
    uring = re.findall(r"warning: (\w+): io_uring is denied", done.stderr)
    return done.stdout.splitlines() if done.returncode == 0 else None, uring


def one(vkctl, path, caps, samples, rng, release="6.1.0-1-amd64"):
    """One profile. None: both refuse it."""
    with open(path, encoding="utf-8") as file:
        profile = json.load(file)
    lines, uring = ask_vkctl(vkctl, path, caps, release)
    try:
        code = make_filter(profile, caps, version(release))
    except Refused:
        if lines is not None:
            raise SystemExit("FAIL: libseccomp refuses it, vkctl does not")
        return None
    if lines is None:
        raise SystemExit("FAIL: vkctl refuses it, libseccomp does not")
    return compare(code, Rules(lines), profile, uring, samples, rng)


NAMES = ["read", "ioctl", "socket", "clone", "mmap", "personality", "fcntl",
         "semget", "shmat", "sendto", "recvmsg", "_llseek", "mmap2", "prctl",
         "openat2", "io_uring_setup", "futex", "madvise", "exit", "accept",
         "accept4", "send", "bind", "semop", "semtimedop", "semtimedop_time64",
         "no_such"]
VALUES = [0, 1, 2, 5, 16, 0x7FFFFFFF, 0x80000000, LOW, 1 << 32, (1 << 32) + 5,
          (3 << 33) + 1, ALL, ALL - 1]


def random_rule(rng):
    """Anything that a profile may say of some calls."""
    rule = {"names": rng.sample(NAMES, rng.randint(1, 4)),
            "action": "SCMP_ACT_" + rng.choice(sorted(ACTIONS))}
    if rule["action"] == "SCMP_ACT_ERRNO" and rng.random() < 0.7:
        rule["errnoRet"] = rng.choice([0, 1, 13, 38, 133, 4095])
    if rng.random() < 0.75:
        rule["args"] = [
            {"index": rng.randrange(rng.choice([1, 2, 6])),
             "value": rng.choice(VALUES), "valueTwo": rng.choice(VALUES),
             "op": "SCMP_CMP_" + rng.choice(OPS[1:])}
            for _ in range(rng.choice([0, 1, 1, 2, 2, 3]))]
    if rng.random() < 0.2:
        rule["includes"] = {"caps": [rng.choice(["CAP_A", "CAP_B"])]}
    if rng.random() < 0.2:
        rule["excludes"] = {"minKernel": rng.choice(["4.8", "6.1", "7.2"])}
    return rule


def random_profile(rng):
    """A profile."""
    return {"defaultAction": "SCMP_ACT_" + rng.choice(sorted(ACTIONS)),
            "architectures": rng.sample(sorted(ARCHES), rng.randint(0, 3)),
            "syscalls": [random_rule(rng) for _ in range(rng.randint(0, 8))]}


def many(vkctl, wanted, rng):
    """As many generated ones, refused ones not counted."""
    good = refused = decisions = 0
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "profile.json")
        while good < wanted:
            profile = random_profile(rng)
            with open(path, "w", encoding="utf-8") as file:
                json.dump(profile, file)
            try:
                count = one(vkctl, path, ["CAP_A"], 40, rng)
            except SystemExit:
                print(json.dumps(profile))
                raise
            if count is None:
                refused += 1
                continue
            good += 1
            decisions += count
    print(f"{good} profiles, {decisions} decisions equal; "
          f"{refused} refused by both")


def control(vkctl, path, rng):
    """Rules changed, one at a time: that is found, or this finds nothing."""
    with open(path, encoding="utf-8") as file:
        profile = json.load(file)
    lines, uring = ask_vkctl(vkctl, path, [], "6.1")
    code = make_filter(profile, [], (6, 1))
    conditional = [i for i, line in enumerate(lines) if "==" in line]
    for change in (lambda i: lines[:i] + lines[i + 1:],
                   lambda i: lines[:i] + [re.sub("==", "!=", lines[i])] +
                   lines[i + 1:]):
        changed = change(rng.choice(conditional))
        try:
            compare(code, Rules(changed), profile, uring, 300, rng)
        except SystemExit:
            continue
        raise SystemExit("FAIL: a changed rule was not found")
    print("changed rules are found")


def export(source, target, caps):
    """The filter of a profile, as the kernel takes it."""
    with open(source, encoding="utf-8") as file:
        code = make_filter(json.load(file), caps, (6, 1))
    with open(target, "wb") as file:
        for instruction in code:
            file.write(struct.pack("HBBI", *instruction))


def generate(wanted, rng, folder):
    """As many generated ones that neither libseccomp nor the plugin refuses."""
    good = 0
    while good < wanted:
        path = os.path.join(folder, f"{good}.json")
        profile = random_profile(rng)
        profile["syscalls"] = [rule for rule in profile["syscalls"]
                               if "exit" not in rule["names"]]
        # Where a default kills, or a door that is not listed, little is left to
        # decide: that is for few.
        if good % 8:
            profile["architectures"] = sorted(ARCHES)
            profile["defaultAction"] = "SCMP_ACT_" + rng.choice(
                ["ALLOW", "ERRNO", "LOG", "TRAP"])
        with open(path, "w", encoding="utf-8") as file:
            json.dump(profile, file)
        try:
            export(path, os.path.join(folder, f"{good}.bpf"), ["CAP_A"])
        except Refused:
            continue
        good += 1


def main():
    """See above."""
    if sys.argv[1] == "--export":
        export(sys.argv[2], sys.argv[3], sys.argv[4:])
        return
    if sys.argv[1] == "--generate":
        generate(int(sys.argv[2]), random.Random(int(sys.argv[3])), sys.argv[4])
        return
    vkctl, what, rest = sys.argv[1], sys.argv[2], sys.argv[3:]
    rng = random.Random(1)
    if what == "--random":
        many(vkctl, int(rest[0]), random.Random(int(rest[1])))
    elif what == "--control":
        control(vkctl, rest[0], rng)
    else:
        count = one(vkctl, what, rest, 120, rng)
        if count is None:
            raise SystemExit("FAIL: refused")
        print(f"{os.path.basename(what)}: {count} decisions equal"
              f"{', with ' + ' '.join(rest) if rest else ''}")


main()
