#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a container that commits all it can, in fourteen ways, is stopped at its own
# proves: limit, while the host and a neighbour go on; without the plugin they fail; also
# proves: where the host's mode lets pass what needs no reserve
# kernels: all
# long
# mem: 1G
# timeout: 600

# shellcheck source=tests/e2e/mm.sh
. "$(dirname "$0")/mm.sh"
# shellcheck source=tests/e2e/figure.sh
. "$(dirname "$0")/figure.sh"

ways="private noreserve shared sysv memfd file brk mprotect mremap fork socket stack mapfile merge"
# Mode 2 on the host: what is promised must be there.
echo 80 >/proc/sys/vm/overcommit_ratio
echo 2 >/proc/sys/vm/overcommit_memory

# Sleeps without a new process, which may not be possible.
mkfifo /tmp/never && exec 9<>/tmp/never
pause()
{
	read -r -t "$1" -u 9
}

# hostile [SETTING...]: in $way it takes what it can. Without settings there is no vkernel.
hostile()
{
	local tries=0

	container_bundle evil /bin/hog "$way"
	container_create evil || fail "$way: cannot create"
	if [ $# -gt 0 ]; then
		mm_make evil "$@" && vkernel_arm evil evil || fail "$way: no vkernel"
	fi
	pid=$(container_pid evil)
	container_start evil
	until read -r _ mib error <$bundles/evil/output; do
		[ $((tries++)) -lt 300 ] || fail "$way: says nothing"
		pause 0.2
	done
}

# have_done COUNT: into $host and $neighbour, what has become of that many jobs.
have_done()
{
	mapfile -t host </tmp/host-jobs
	mapfile -t neighbour <$bundles/good/output
	[ ${#host[@]} -gt "$1" ] && [ ${#neighbour[@]} -gt "$1" ]
}

# jobs_are WANTED: of the host and of the neighbour, once more.
jobs_are()
{
	local tries=0

	done=$((done + 1))
	echo -n x >>/tmp/go
	echo -n x >>$bundles/good/rootfs/go
	until have_done $done; do
		[ $((tries++)) -lt 150 ] || fail "${#host[@]} and ${#neighbour[@]} words of $done jobs"
		pause 0.2
	done
	equal "$way: the host's job" "${host[-1]}" "$1"
	equal "$way: the neighbour's job" "${neighbour[-1]}" "$1"
}

# outcomes COLUMN: of the last job of both, for the report.
outcomes()
{
	figure neighbour "the host's job, beside $way" "$1" outcome "${host[-1]}"
	figure neighbour "the neighbour's job, beside $way" "$1" outcome "${neighbour[-1]}"
}

# stopped: the hostile one, at 64 MiB.
stopped()
{
	local kbytes

	case $way:$error in
	memfd:ENOSPC | file:ENOSPC | stack:EFAULT | *:ENOMEM) ;;
	*) fail "$way: $(container_output evil)" ;;
	esac
	[ "$mib" -ge 40 ] && [ "$mib" -le 64 ] || fail "$way: $mib MiB of 64"
	kbytes=$(mm_kbytes evil)
	[ "$kbytes" -le 65536 ] && [ "$kbytes" -gt 57344 ] || fail "$way: $kbytes KiB"
	[ "$(cat $vkernels/evil/mm/refused)" -gt 0 ] || fail "$way: nothing was refused"
	echo "ok: $way: $mib MiB, then $error"
}

gone()
{
	container_remove evil
	wait_until 20 vkernel_is evil dead || fail "$way: does not die"
	equal "$way: nothing left" "$(mm_kbytes evil)" 0
	mm_remove evil
}

done=0
container_bundle good /bin/hog jobs /go
echo -n x | tee /tmp/go >$bundles/good/rootfs/go
container_create good && container_start good || fail "no neighbour"
"$programs/hog" jobs /tmp/go >/tmp/host-jobs &
wait_until 20 have_done 0 || fail "nobody is ready"

echo "-- without the plugin"
for way in private fork; do
	hostile
	jobs_are ENOMEM
	outcomes "without the plugin"
	kill -9 "$pid"
	pause 3
	container_remove evil
	jobs_are ok
done

mm_load || fail "modules do not load"
echo "-- each way, stopped at its own limit"
for way in $ways; do
	hostile overcommit_memory=2 overcommit_kbytes=65536
	jobs_are ok
	outcomes "vkernel with a limit of 64 MiB"
	stopped
	gone
done
control neighbour "each of the ways of the hostile one was stopped at its own limit"

echo "-- what needs no reserve, where the host's mode is 0"
echo 0 >/proc/sys/vm/overcommit_memory
for way in noreserve shared sysv; do
	hostile overcommit_memory=inherit overcommit_kbytes=65536
	equal "control: $way without a limit" "$mib $error" "4096 never"
	gone
	hostile overcommit_memory=2 overcommit_kbytes=65536
	stopped
	gone
done

kill %%
container_remove good
unload_all || fail "cannot unload"
