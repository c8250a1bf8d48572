# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Huge pages of containers, for the tests. Sourced.

# shellcheck source=tests/e2e/mm.sh
. "$(dirname "${BASH_SOURCE[0]}")/mm.sh"

thp=/sys/kernel/mm/transparent_hugepage
host_output=/tmp/thp.host
host_pid=

# thp_quick: khugepaged looks at everything several times a second.
thp_quick()
{
	echo 50 >$thp/khugepaged/scan_sleep_millisecs
	echo 1000 >$thp/khugepaged/alloc_sleep_millisecs
	echo 65536 >$thp/khugepaged/pages_to_scan
}

# thp_chosen FILE: the word in brackets.
thp_chosen()
{
	sed 's/.*\[\(.*\)\].*/\1/' "$1"
}

thp_khugepaged()
{
	if grep -qx khugepaged /proc/[0-9]*/comm 2>/dev/null; then
		echo runs
	else
		echo rests
	fi
}

thp_start_host()
{
	"$programs/huge" >$host_output 2>&1 &
	host_pid=$!
}

# Of the host's program, of a container's, and of one in a pid namespace inside
# web, whose output is web's.
thp_pid()
{
	case $1 in
	host) echo "$host_pid" ;;
	inner) nested_init ;;
	*) container_pid "$1" ;;
	esac
}

thp_output()
{
	case $1 in
	host) echo $host_output ;;
	inner) echo "$bundles/web/output" ;;
	*) echo "$bundles/$1/output" ;;
	esac
}

thp_rounds()
{
	grep -c '^round' "$(thp_output "$1")"
}

thp_has_rounds()
{
	[ "$(thp_rounds "$1")" -ge "$2" ]
}

# thp_wanted POLICY: of an area that is not advised, and of one that is.
thp_wanted()
{
	case $1 in
	always) echo 4 4 ;;
	madvise) echo 0 4 ;;
	never) echo 0 0 ;;
	esac
}

# thp_collapsed WHO: the same of areas C and D, where the program has them, which
# khugepaged has had.
thp_collapsed()
{
	awk '/^[0-9a-f]+-/ { area = $1 ~ /^1[23]0000[0-9a-f]+-/ ? substr($1, 2, 1) : 0 }
		/^AnonHugePages:/ { sum[area] += $2 }
		END { print sum[2] / 1024, sum[3] / 1024 }' "/proc/$(thp_pid "$1")/smaps"
}

thp_is_collapsed()
{
	[ "$(thp_collapsed "$1")" = "$(thp_wanted "$2")" ]
}

thp_scanned()
{
	[ "$(cat $thp/khugepaged/full_scans)" -ge "$1" ]
}

# thp_pass: khugepaged, if there is one, has been everywhere since.
thp_pass()
{
	if [ "$(thp_khugepaged)" = runs ]; then
		wait_until 60 thp_scanned $(($(cat $thp/khugepaged/full_scans) + 3)) ||
			fail "khugepaged does not get round"
	else
		sleep 0.3
	fi
}

# thp_round WHO: new areas, and that they are there.
thp_round()
{
	local before

	before=$(thp_rounds "$1")
	kill -USR1 "$(thp_pid "$1")"
	wait_until 60 thp_has_rounds "$1" $((before + 1)) || fail "$1 does not get round"
}

# thp_faulted WHO: MiB in huge pages of areas A and B when they were new, of C
# and D while PR_SET_THP_DISABLE was on, of E after MADV_COLLAPSE.
thp_faulted()
{
	sed -n 's/^round [0-9]*: //p' "$(thp_output "$1")" | tail -n 1
}

# thp_try WHO=POLICY...: is each of them under that policy? Says what is not so.
thp_try()
{
	local pair seen wanted differs=0

	for pair in "$@"; do
		thp_round "${pair%=*}"
		seen=$(thp_faulted "${pair%=*}")
		wanted="$(thp_wanted "${pair#*=}") 0 4"
		[ "$seen" = "$wanted" ] ||
			{ echo "$pair, at fault: $seen, not $wanted"; differs=1; }
	done
	for pair in "$@"; do
		wait_until 15 thp_is_collapsed "${pair%=*}" "${pair#*=}" || :
	done
	thp_pass
	for pair in "$@"; do
		seen=$(thp_collapsed "${pair%=*}")
		wanted=$(thp_wanted "${pair#*=}")
		[ "$seen" = "$wanted" ] ||
			{ echo "$pair, after khugepaged: $seen, not $wanted"; differs=1; }
	done
	return $differs
}

# thp_own SETTING HOST: the policy that comes of it.
thp_own()
{
	if [ "$1" = inherit ]; then echo "$2"; else echo "$1"; fi
}

# thp_case HOST WEB OTHER: set, at run time, and seen to be so for all three.
thp_case()
{
	local web other runs=rests

	echo "$1" >$thp/enabled
	put "$2" $vkernels/web/mm/thp_enabled && put "$3" $vkernels/other/mm/thp_enabled ||
		fail "cannot set $2, $3"
	web=$(thp_own "$2" "$1")
	other=$(thp_own "$3" "$1")
	[ "$1 $web $other" = "never never never" ] || runs=runs
	thp_try host="$1" web="$web" other="$other" || fail "host $1, web $2, other $3"
	[ "$(thp_chosen $thp/enabled)" = "$1" ] || fail "the host's file: $(cat $thp/enabled)"
	[ "$(thp_khugepaged)" = $runs ] || fail "khugepaged $(thp_khugepaged)"
	echo "ok: host $1, web $2, other $3: khugepaged $runs"
}

# inside LINE: web's shell does it; of other programs, those in busybox.
inside()
{
	container_exec web /bin/sh -c "$1"
}

thp_mount()
{
	inside "mount -t sysfs sysfs /sys" || fail "no sysfs in the container"
}

# thp_begin: the host's program and two containers with vkernels run.
thp_begin()
{
	local name

	mm_load || fail "modules do not load"
	thp_quick
	for name in web other; do
		container_bundle $name /bin/huge
		mm_start $name || fail "cannot start $name"
	done
	thp_start_host
	for name in host web other; do
		wait_until 60 thp_has_rounds $name 1 || fail "$name: $(cat "$(thp_output $name)")"
	done
}
