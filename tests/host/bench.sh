# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Figures that nobody has measured, for the tests of what is made of figures.
# Sourced.

# shellcheck source=tests/vm/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../vm/common.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
without="container, no filter"
ours="container, vkernel, the same profile"

fail()
{
	echo "FAIL: $*"
	failures=$((failures + 1))
}

# line FIELD...: with tabs between.
line()
{
	local IFS=$'\t'

	echo "$*"
}

# raw RELEASE BENCH STATUS: a raw file of what comes in.
raw()
{
	mkdir -p "$work/raw/$1"
	{
		line about kernel "$1"
		line about bench "$2"
		line about status "$3"
		cat
	} >"$work/raw/$1/$2.tsv"
}

# calls RELEASE [EXTRA]: what a call may have cost, five runs of each.
calls()
{
	local extra=${2:-24} run

	for run in 1 2 3 4 5; do
		line figure syscall getppid "$without" instructions 334
		line figure syscall getppid "$ours" instructions $((334 + extra))
		line figure syscall "openat + close" "$without" instructions $((9400 + 3 * run))
		line figure syscall "openat + close" "$ours" instructions $((9449 + 3 * run))
	done | raw "$1" syscall ok
}

report()
{
	"${benches:-$TOP/bench}/report" --raw "$work/raw" --baseline "$work/baseline.tsv" \
		--out "$work/out" "$@" >"$work/said" 2>&1
}

# committed ROW COLUMN MEDIAN [LOW HIGH]: of what was measured, this was other.
committed()
{
	awk -F'\t' -v OFS='\t' -v row="$1" -v column="$2" -v median="$3" -v low="${4:-$3}" \
		-v high="${5:-$3}" '
		$4 == row && $5 == column { $7 = median; $8 = low; $9 = high }
		{ print }' "$work/good.tsv" >"$work/baseline.tsv"
}
