# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# For tests of what vkctl does to vkernels that need no kernel: vkctl as it is, but
# for where its files lie, which is below $work, and who does mkdir(2) there.
# Sourced.

# shellcheck source=tests/host/vkctl.sh
. "$(dirname "${BASH_SOURCE[0]}")/vkctl.sh"

fake=$work/vkctl
vkernels=$work/config/vkernel
# shellcheck disable=SC2034 # for those that source this
records=$work/run/vkernel

build_fake()
{
	local part objects=() flags=(-std=gnu11 -O1 -g -Wall -Wextra -Werror
		-Wno-missing-field-initializers -D_GNU_SOURCE)

	mkdir -p "$work/fake" "$vkernels" "$work/run" "$work/cgroup"
	cp "$TOP"/tools/vkctl/*.h "$work/fake/"
	for part in "$BUILD"/tools/*.o; do
		part=${part##*/}
		part=${part%.o}
		# As it is, if it names no file that is elsewhere here.
		objects+=("$BUILD/tools/$part.o")
		grep -q '"/sys/\|"/run/\|RECORDS' "$TOP/tools/vkctl/$part.c" || continue
		objects[-1]=$work/fake/$part.o
	done
	sed -i "s|\"/run/|\"$work/run/|" "$work"/fake/*.h
	for part in "${objects[@]}"; do
		[[ $part == "$work"/* ]] || continue
		part=${part##*/}
		sed "s|\"/sys/kernel/config\"|\"$work/config\"|; s|\"/sys/fs/|\"$work/|
			s|\"/run/|\"$work/run/|; s|\"/proc/\", pid, \"/cgroup\"|\"$work/cgroup_of_\", pid, \"\"|" \
			"$TOP/tools/vkctl/${part%.o}.c" >"$work/fake/${part%.o}.c"
		gcc "${flags[@]}" "-I$work/fake" "-I$TOP/tools/vkctl" -c -o "$work/fake/$part" \
			"$work/fake/${part%.o}.c"
	done
	gcc "${flags[@]}" "-DCONFIGFS=\"$work/config\"" -Wl,--wrap=mkdir,--wrap=rmdir,--wrap=write -o "$fake" \
		"${objects[@]}" "$TOP/tests/host/fake_configfs.c" -lyajl -lseccomp
}

build_fake || exit

# fake_bundle FOLDER [ANNOTATION VALUE]...: what the hook reads of one.
fake_bundle()
{
	mkdir -p "$1"
	python3 - "$@" <<-'END'
	import json, sys
	words = sys.argv[2:]
	with open(sys.argv[1] + "/config.json", "w", encoding="utf-8") as file:
	    json.dump({"process": {}, "annotations": dict(zip(words[::2], words[1::2]))}, file)
	END
}

# $oci STAGE ID BUNDLE [OPTION...]: the hook, for a container whose init is $init.
oci=$work/oci
cat >"$oci" <<END
#!/bin/bash
exec "$fake" oci-hook "\${@:4}" "\$1" <<<"{ \"id\": \"\$2\", \"pid\": \$init, \"bundle\": \"\$3\" }"
END
chmod +x "$oci"
sleep 1000 &
export init=$!
# shellcheck disable=SC2064 # now
trap "kill $init; rm -rf $work" EXIT

# begin EVENT COMMAND...: in the background, until it stops there; $stopped is its
# process.
begin()
{
	rm -f "$work/config/stopped"
	FAKE_STOP=$1 "${@:2}" &
	job=$!
	until stopped=$(cat "$work/config/stopped" 2>/dev/null) &&
		grep -q "^State:.*stopped" "/proc/$stopped/status" 2>/dev/null; do
		sleep 0.05
	done
}

# end SIGNAL: and then that.
end()
{
	kill "-$1" "$stopped"
	wait "$job" 2>/dev/null || true
}

# blocked COMMAND...: it waits for something.
blocked()
{
	run 124 timeout 1 "$@" && echo "ok: it waits: $*"
}
