#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: whose a vkernel is that a hook has made: one of a hook that was killed is
# proves: in nobody's way, one that a hook is just at is waited for, and neither gc
# proves: nor another container of that id removes it, nor what it remembers

# shellcheck source=tests/host/fake.sh
. "$(dirname "$0")/fake.sh"

cd "$work"
echo '{ "syscall": { "default": "allow" } }' >web.json
mine=$work/mine other=$work/other
fake_bundle "$mine"
fake_bundle "$other"

create=("$oci" createRuntime web) stop=("$oci" poststop web) profile=(--profile "$work/web.json")

# there STATE RECORD...: of web that, and these records; nothing at all if empty.
there()
{
	local wanted=$1
	shift
	says <(cat "$vkernels/web/state" 2>/dev/null || true; ls -A "$records" 2>/dev/null) \
		"${wanted:+$wanted
}$(printf '%s\n' "$@")" "${wanted:-no} vkernel, record: $*"
}

echo "-- as it should be"
run 0 "${create[@]}" "$mine" "${profile[@]}"
there armed web
says "$records/web" "$mine" "the record says whose it is"
run 1 "${create[@]}" "$other" "${profile[@]}"
there armed web
run 0 "${stop[@]}" "$other"
says "$records/web" "$mine" "another container of that id takes nothing"
there armed web
echo 'dead' >"$vkernels/web/state"
run 0 "${stop[@]}" "$mine"
there "" ""

echo "-- a hook that was killed"
begin mkdir "${create[@]}" "$mine" "${profile[@]}"
there created web
rm -f out
run 0 "$fake" gc --dry-run
says out "" "while it is at it, gc leaves it alone"
run 0 "$fake" gc
there created .lock web
blocked "$fake" rm web
blocked "${stop[@]}" "$mine"
blocked "${create[@]}" "$other" "${profile[@]}"
there created .lock web
end KILL
run 0 "$fake" gc --dry-run
says out web "gc: it is gone"
there created .lock web
run 0 "${create[@]}" "$other" "${profile[@]}"
there armed .lock web
says "$records/web" "$other" "it is in nobody's way"
run 0 "${stop[@]}" "$mine"
there armed .lock web
echo dead >"$vkernels/web/state"
run 0 "$fake" gc
says out web "gc: a dead one"
there "" .lock
begin mkdir "${create[@]}" "$mine" "${profile[@]}"
end KILL
run 0 "${stop[@]}" "$other"
there created .lock web
run 0 "${stop[@]}" "$mine"
there "" .lock

echo "-- one whose runtime is gone goes on, and is waited for"
begin mkdir "${create[@]}" "$mine" "${profile[@]}"
"${stop[@]}" "$mine" &
waiting=$!
sleep 0.5
there created .lock web
kill -CONT "$stopped"
until [ "$(cat "$vkernels/web/state")" = armed ]; do sleep 0.05; done
echo dead >"$vkernels/web/state"
wait $waiting || { echo "FAIL: poststop"; failures=1; }
there "" .lock

echo "-- records without a vkernel"
echo "$other" >"$records/web"
run 0 "${stop[@]}" "$mine"
there "" .lock web
run 0 "${create[@]}" "$mine" "${profile[@]}"
says "$records/web" "$mine" "taken over"
echo dead >"$vkernels/web/state"
run 0 "$fake" gc
for words in "$mine" ""; do
	printf '%s' "$words" >"$records/web"
	run 0 "$fake" gc
	there "" .lock
done
: >"$records/web"
flock "$records/web" sleep 3 &
holder=$!
sleep 0.3
run 0 "$fake" gc
there "" .lock web
wait $holder
run 0 "$fake" gc

echo "-- by hand"
echo "$mine" >"$records/web"
run 0 "$fake" create web
there created .lock
run 0 "$fake" gc
run 1 "${create[@]}" "$mine" "${profile[@]}"
there created .lock
run 0 "${stop[@]}" "$mine"
there created .lock
# As a hook leaves it that was killed before it had written whose it is.
: >"$records/web"
run 0 "$fake" gc
there created .lock
: >"$records/web"
run 1 "${create[@]}" "$mine" "${profile[@]}"
there created .lock
run 1 "$fake" create web
there created .lock
echo armed >"$vkernels/web/state"
run 1 "$fake" rm web
there armed .lock
run 1 "${create[@]}" "$mine" "${profile[@]}"
there armed .lock
echo dead >"$vkernels/web/state"
run 0 "${create[@]}" "$mine" "${profile[@]}"
there armed .lock web
says "$records/web" "$mine" "a dead one makes room"
run 1 "$fake" rm web
there armed .lock web
for state in armed active ""; do
	echo "$state" >"$vkernels/web/state"
	run 1 "$fake" detach web
	says err "vkctl: web: a container runs in it, or is about to, and its programs would be the host's at once; --force if that is what you want" \
		"not detached where its state is '$state'"
done
echo armed >"$vkernels/web/state"
run 0 "$fake" detach --force web
there created .lock web
run 0 "$fake" detach web
run 0 "$fake" rm web
there "" .lock
run 0 "$fake" create web
echo dead >"$vkernels/web/state"
run 0 "$fake" gc
there "" .lock

echo "-- ids that are no names"
# Both come to x_____, and to one sum of 32 bits.
for id in 'x%~%/+' 'x&@#=:'; do
	run 0 "$oci" createRuntime "$id" "$mine" "${profile[@]}"
done
says <(ls "$records") "$(ls "$vkernels")" "each has a record"
says <(find "$vkernels" -mindepth 1 -maxdepth 1 -printf '%f\n' | sed 's/-[0-9a-f]*$//') "cx_____
cx_____" "each has its own"
for name in "$vkernels"/*; do
	echo dead >"$name/state"
done
run 0 "$fake" gc

echo "-- what cannot be set up, nor be taken back"
echo '{ "sched": { "real_policy": "fifo" } }' >fifo.json
fake_bundle ignoring org.vkernel.profile "$work/fifo.json" org.vkernel.on-failure ignore
run 0 "${create[@]}" "$work/ignoring"
says <(tail -n 1 err) "vkctl: warning: container web starts without a vkernel, as org.vkernel.on-failure says" \
	"control: it is taken back"
there "" .lock
run 1 env FAKE_STUCK=1 "${create[@]}" "$work/ignoring"
says <(tail -n 1 err) "vkctl: container web does not start: vkernel web is armed with it, but not as its profile says" \
	"it does not start, whatever the annotation says"
there armed .lock web
echo dead >"$vkernels/web/state"
run 0 "${stop[@]}" "$work/ignoring"
there "" .lock
finish
