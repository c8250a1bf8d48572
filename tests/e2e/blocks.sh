# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Commands as the documents have them, for tests that run them as they stand. Sourced.

# block PAGE HEADING N: the Nth block between three backticks under that heading of the
# page; of the whole page if HEADING is empty.
block()
{
	awk -v heading="$2" -v n="$3" '
		/^```/ { inside = !inside; if (inside && (mine || heading == "")) seen++; next }
		!inside && /^#/ { sub(/^#+ /, ""); mine = $0 == heading }
		inside && (mine || heading == "") && seen == n' "$1"
}

# commands PAGE HEADING N [LINES]: run that block, or these lines of it, in a shell of
# their own that ends at the first that fails. They are in typed then. What in them is
# another folder or kernel here, sed's commands in here_it_is say.
commands()
{
	typed=$(block "$1" "$2" "$3" | sed -n "${4:-1,\$}p" | sed "${here_it_is:-}")
	if [ -z "$typed" ]; then
		echo "no such block: $*" >&2
		return 1
	fi
	bash -ec "$typed"
}
