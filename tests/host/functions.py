#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
#
# functions.py VMLINUZ OUT: write the beginning of each function of a kernel, from
# where hookcore's window starts, for emulate_reloc: behind the ftrace site, or at
# the entry (behind an ENDBR) where there is none. Debian's System.map is empty;
# the image knows its ftrace sites and, without decoding their names, its symbols.
# Some of those without an ftrace site are none that hookcore would take.
#
# These are the image's bytes; a running kernel has patched some of them for its
# processor (alternatives, returns, static calls).

import array
import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "vm"))
from vmlinux import decompress, payload

NOP = bytes.fromhex("0f1f440000")
CALL = 0xE8
ENDBR = bytes.fromhex("f30f1efa")
NOP_BYTE = 0x90
KEPT = 64


def segments(elf):
    """(address, bytes) of each segment that is loaded."""
    offset = struct.unpack_from("<Q", elf, 0x20)[0]
    size, count = struct.unpack_from("<HH", elf, 0x36)
    for i in range(count):
        kind, flags, at, address, _, length = struct.unpack_from(
            "<IIQQQQ", elf, offset + i * size
        )
        if kind == 1 and flags & 1:
            yield address, elf[at : at + length]


def ftrace_sites(elf, base, text):
    """The kernel's own list of them, __start_mcount_loc: the longest ascending
    run of addresses of nops or calls in the image."""
    end = base + len(text)
    words = array.array("Q")
    words.frombytes(elf[: len(elf) // 8 * 8])
    best, run = [], []
    for word in words:
        if base <= word < end and (not run or word > run[-1]):
            run.append(word)
            continue
        if len(run) > len(best):
            best = run
        run = []
    return [site for site in max(best, run, key=len) if is_site(text, site - base)]


def section(elf, name):
    """(address, size) of a section."""
    offset = struct.unpack_from("<Q", elf, 0x28)[0]
    size, count, names = struct.unpack_from("<HHH", elf, 0x3A)
    headers = [
        struct.unpack_from("<IIQQQQ", elf, offset + i * size) for i in range(count)
    ]
    for header in headers:
        at = headers[names][4] + header[0]
        if elf[at : elf.index(b"\0", at)] == name:
            return header[3], header[5]
    sys.exit("no such section")


def symbols(elf, base):
    """The kernel's own list of them, kallsyms_offsets: the longest run of words
    that falls from -1, which stands for the first byte of the text. In front of
    them stand the per-CPU symbols, which do not fall."""
    words = array.array("I")
    words.frombytes(elf[: len(elf) // 4 * 4])
    best, at = [], 0
    while True:
        try:
            at = words.index(0xFFFFFFFF, at)
        except ValueError:
            break
        end = at + 1
        while end < len(words) and words[end - 1] >= words[end] >= 0x80000000:
            end += 1
        if end - at > len(best):
            best = words[at:end]
        at = end
    return sorted({base + 0xFFFFFFFF - word for word in best})


def is_site(text, at):
    return text[at] == CALL or text[at : at + len(NOP)] == NOP


def traced(sites):
    """(start, room) of each window behind an ftrace site."""
    for site, following in zip(sites, sites[1:]):
        yield site + len(NOP), following - site - len(NOP)


def untraced(names, sites, base, text):
    """(start, room) of each window at an entry without an ftrace site. Padding
    before a function has a name too; there is nothing to compare in it."""
    sites = set(sites)
    for entry, following in zip(names, names[1:]):
        code = text[entry - base : following - base]
        start = entry + len(ENDBR) * code.startswith(ENDBR)
        if start not in sites and code.strip(bytes([NOP_BYTE])):
            yield start, following - start


def write(file, windows, base, text):
    count = 0
    for start, room in windows:
        code = text[start - base : start - base + min(room, KEPT)]
        file.write(struct.pack("<QI64s4x", start, room, code))
        count += 1
    return count


def main():
    vmlinuz, out = sys.argv[1:]
    with open(vmlinuz, "rb") as file:
        elf = decompress(payload(file.read()))
    base, text = next(segments(elf))
    sites = ftrace_sites(elf, base, text)
    start, size = section(elf, b".text")
    names = [name for name in symbols(elf, base) if start <= name < start + size]
    with open(out, "wb") as file:
        with_site = write(file, traced(sites), base, text)
        without = write(
            file, untraced(names + [start + size], sites, base, text), base, text
        )
    print(f"{with_site} functions with an ftrace site, {without} without")


main()
