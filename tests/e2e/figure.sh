# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Figures for the report, among the output: lines of fields with tabs between, as
# bench/figures.py has them. Sourced.

# figure SECTION ROW COLUMN UNIT VALUE...: a line for each run. Without a value the bench
# fails: else nobody would miss the row.
figure()
{
	local value values=("${@:5}")

	for value in "${values[@]:-}"; do
		[ -n "$value" ] || { echo "FAIL: no figure of ${*:1:4}"; exit 1; }
		printf 'figure\t%s\t%s\t%s\t%s\t%s\n' "${@:1:4}" "$value"
	done
}

# control SECTION TEXT: what has proved that what is measured was in force.
control()
{
	printf 'control\t%s\t%s\n' "$1" "$2"
}

# version_of COMMAND [OPTION]: the first line that it says of itself.
version_of()
{
	printf 'about\tprogram %s\t%s\n' "$1" "$("$1" "${2:---version}" 2>&1 | sed -n 1p)"
}
