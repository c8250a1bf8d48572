#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
#
# vmlinux.py VMLINUZ OUT: write the kernel itself, where it is packed with xz: an
# emulated processor takes five seconds for that, at each boot.

import lzma
import struct
import subprocess
import sys

XZ = b"\xfd7zXZ\x00"
ZSTD = b"\x28\xb5\x2f\xfd"


def payload(image):
    """The compressed kernel; see Documentation/arch/x86/boot.rst."""
    if image[0x202:0x206] != b"HdrS":
        sys.exit("not a bzImage")
    sectors = image[0x1F1] or 4
    offset, length = struct.unpack_from("<II", image, 0x248)
    start = (sectors + 1) * 512 + offset
    return image[start : start + length]


def decompress(data):
    if data.startswith(XZ):
        return lzma.LZMADecompressor().decompress(data)
    if data.startswith(ZSTD):
        # Behind the frame stands its size, which zstd would take for another.
        return subprocess.run(
            ["zstd", "-dcq"], input=data[:-4], stdout=subprocess.PIPE, check=True
        ).stdout
    sys.exit("compressed in an unknown way")


def main():
    vmlinuz, out = sys.argv[1:]
    with open(vmlinuz, "rb") as file:
        data = payload(file.read())
    if data.startswith(XZ):
        with open(out, "wb") as file:
            file.write(decompress(data))


if __name__ == "__main__":
    main()
