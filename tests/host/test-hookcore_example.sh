#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: modules of somebody else's, examples/count, examples/connect and
# proves: examples/filter, build against nothing but what "make install" has
# proves: installed, and work; the first is of thirty lines
# timeout: 1500

# shellcheck source=tests/host/example.sh
. "$(dirname "$0")/example.sh"

# Neither empty ones nor those that only comment.
lines=$(sed '/^$/d; /^\/\//d; /^[[:blank:]]*\/\*.*\*\/$/d; /^\/\*$/,/^ \*\/$/d' \
	"$examples/count/count.c" | wc -l)
[ "$lines" -le 30 ] || die "examples/count has $lines lines"
# On other kernels where they are asked for.
try_examples count HOOKCORE hookcore count.sh stock
try_examples connect HOOKCORE hookcore example.sh
try_examples filter HOOKCORE hookcore filter.sh stock
