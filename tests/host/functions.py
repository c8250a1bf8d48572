#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
#
# functions.py VMLINUZ OUT: write the beginning of each function of a kernel that
# has an ftrace site, from behind it, where hookcore's window starts, for
# emulate_reloc. Debian's System.map is empty; the image knows its ftrace sites.
#
# These are the image's bytes; a running kernel has patched some of them for its
# processor (alternatives, returns, static calls).

import array
import lzma
import struct
import subprocess
import sys

NOP = bytes.fromhex("0f1f440000")
CALL = 0xE8
KEPT = 64


def payload(image):
    """The compressed kernel; see Documentation/arch/x86/boot.rst."""
    if image[0x202:0x206] != b"HdrS":
        sys.exit("not a bzImage")
    sectors = image[0x1F1] or 4
    offset, length = struct.unpack_from("<II", image, 0x248)
    start = (sectors + 1) * 512 + offset
    return image[start : start + length]


def decompress(data):
    if data[:6] == b"\xfd7zXZ\x00":
        return lzma.LZMADecompressor().decompress(data)
    if data[:4] == b"\x28\xb5\x2f\xfd":
        # Behind the frame stands its size, which zstd would take for another.
        return subprocess.run(
            ["zstd", "-dcq"], input=data[:-4], stdout=subprocess.PIPE, check=True
        ).stdout
    sys.exit("compressed in an unknown way")


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


def is_site(text, at):
    return text[at] == CALL or text[at : at + len(NOP)] == NOP


def main():
    vmlinuz, out = sys.argv[1:]
    with open(vmlinuz, "rb") as file:
        elf = decompress(payload(file.read()))
    base, text = next(segments(elf))
    sites = ftrace_sites(elf, base, text)
    with open(out, "wb") as file:
        for site, following in zip(sites, sites[1:]):
            start = site + len(NOP)
            code = text[start - base : following - base]
            file.write(
                struct.pack("<QI64s4x", start, len(code), code[:KEPT])
            )
    print(f"{len(sites)} functions with an ftrace site")


main()
