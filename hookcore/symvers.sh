#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# symvers.sh SYMVERS MODULE FOLDER: put into FOLDER/Module.symvers what kbuild's
# file SYMVERS says that MODULE exports, a path as that file has it. There it is
# named by where it was built: that is nobody's business.
#
# symvers.sh --remove FOLDER: take that away again, and what is empty then.
set -eu

if [ "$1" = --remove ]; then
	rm -f "$2/Module.symvers"
	[ ! -d "$2" ] || rmdir --ignore-fail-on-non-empty "$2" "${2%/*}"
	exit
fi
mkdir -p "$3"
sed -n "s|	[^	]*$2	|	${2##*/}	|p" "$1" >"$3/Module.symvers"
if [ ! -s "$3/Module.symvers" ]; then
	echo "symvers.sh: $1: nothing of $2" >&2
	exit 1
fi
