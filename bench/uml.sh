#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# measures: a call of one function, hooked and not, in nanoseconds of this
# measures: machine's processor, in User-Mode Linux
# section: hook_time
# runs: here
# alone
#
# All variants alternate in each of 301 rounds. What a hook adds to a function
# that does the same by hand depends on the processor's branch predictor; on a
# busy machine run it more than once.

# shellcheck source=tests/vm/common.sh
. "$(dirname "$0")/../tests/vm/common.sh"

export KUNIT_SHOW='cost: '
"$TOP/kunit/run" 'hookcore_cost' | awk '
	sub(/.*cost: /, "") {
		name = $0
		sub(/ +[-0-9]+ ps.*/, "", name)
		match($0, /[-0-9]+ ps/)
		figure = substr($0, RSTART, RLENGTH)
		match($0, /quartiles .*/)
		split(substr($0, RSTART), quartile, " ")
		printf "%-32s %7.2f ns, quartiles %.2f .. %.2f\n", name,
			figure / 1000, quartile[2] / 1000, quartile[4] / 1000
		say(quartile[2])
		say(figure)
		say(quartile[4])
		n++
	}
	function say(picoseconds) {
		printf "figure\thook_time\ta call\t%s\tns\t%.2f\n", name, picoseconds / 1000
	}
	END {
		if (n)
			print "control\thook_time\tof every call that is made through a hook or by hand " \
				"the handler knows; the test fails if one is missing"
		exit !n
	}'
