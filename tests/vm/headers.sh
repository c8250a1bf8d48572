# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the lines at the top of a test ask for; see "run". Sourced.

# shellcheck source=tests/vm/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# How much slower than a stock kernel the debug kernel may be.
DEBUG_FACTOR=5

# header FILE KEY: the values of "# KEY: VALUE", joined by spaces.
header()
{
	sed -n "/^#/!q; s/^# $2: *//p" "$1" | paste -sd' '
}

# has_mark FILE WORD: is there a line "# WORD"?
has_mark()
{
	sed '/^#/!q' "$1" | grep -qx "# $2"
}

# timeout_of FILE KERNEL: how long it may take, in seconds.
timeout_of()
{
	local seconds factor=1

	seconds=$(header "$1" timeout)
	[ "$2" != debug ] || factor=$DEBUG_FACTOR
	echo "$((${seconds:-300} * factor))"
}

# guest_options FILE KERNEL LOGS: the options of "vm/run" for this test, in
# options.
guest_options()
{
	local file=$1 logs=$3 key value

	options=(--logs "$logs" --timeout "$(timeout_of "$file" "$2")")
	for key in smp mem append thread root cpu; do
		value=$(header "$file" "$key")
		[ -z "$value" ] || options+=("--$key" "$value")
	done
	for value in $(header "$file" bring); do
		options+=(--bring "$("$VM_DIR/$value")")
	done
	[ -z "$(header "$file" icount)" ] || options+=(--icount)
	sed -n '/^#/!q; s/^# log-allow: //p' "$file" >"$logs/allow"
	options+=(--allow "$logs/allow")
}
