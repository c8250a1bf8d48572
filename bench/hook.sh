#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# measures: a call of one function, hooked and not, in guest instructions
#
# Five rounds, the variants alternated in each; median and spread of each.

cost=/sys/kernel/debug/hookcore_cost
variants="plain call decide guard"
rounds=5

modprobe -a hookcore hookcore_target hookcore_cost || exit 1
for ((round = 0; round < rounds; round++)); do
	for variant in $variants; do
		echo "$variant $(cat "$cost/$variant")" || exit 1
	done
done >/tmp/cost
rmmod hookcore_cost hookcore_target hookcore || exit 1

# median VARIANT: picoseconds a call; spread: least and greatest.
median()
{
	awk -v v="$1" '$1 == v { print $2 }' /tmp/cost | sort -n | sed -n "$((rounds / 2 + 1))p"
}

spread()
{
	awk -v v="$1" '$1 == v { print $2 / 1000 }' /tmp/cost | sort -n |
		sed -n '1h; $ { H; x; s/\n/ .. /; p }'
}

describe()
{
	case $1 in
	plain) echo "not hooked" ;;
	call) echo "handler counts and calls the original" ;;
	decide) echo "decider: C function counts, tail jump" ;;
	guard) echo "decider: its guard counts, tail jump" ;;
	esac
}

plain=$(median plain)
echo "Guest instructions per call of target_add(), kernel $(uname -r), $rounds rounds:"
printf '%-42s %10s %8s  %s\n' variant median extra "least .. greatest"
for variant in $variants; do
	printf '%-42s %10s %8s  %s\n' "$(describe "$variant")" \
		"$(awk "BEGIN { printf \"%.2f\", $(median "$variant") / 1000 }")" \
		"$(awk "BEGIN { printf \"%+.2f\", ($(median "$variant") - $plain) / 1000 }")" \
		"$(spread "$variant")"
done
