#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a change of a control group's policy that is refused leaves each group below
# proves: with the policy that it had, and what is remembered of them as it was; what
# proves: cannot be remembered is not changed; nor is the policy of a group that is another
# proves: vkernel's, nor anything beside what no write takes back

# shellcheck source=tests/host/fake.sh
. "$(dirname "$0")/fake.sh"

cd "$work"
echo 0::/web >"cgroup_of_$init"
groups=(cgroup/web "cgroup/web/a b" "cgroup/web/a b/c" cgroup/web/d)
mkdir -p "${groups[@]}"
set=("$fake" set web) refused=sched.real_policy=best

# have VALUE...: of each group.
have()
{
	local group

	for group in "${groups[@]}"; do
		echo "$1" >"$group/cpu.real_policy"
		shift
	done
}

# has WHAT VALUES [RECORD]: each group, and what is remembered (what was, and is set).
has()
{
	says <(cat "${groups[@]/%//cpu.real_policy}" | paste -sd ' '
		cut -d ' ' -f 1,2 "$records/.policy-web" 2>/dev/null || true) \
		"$2${3:+
$3}" "$1"
}

# Whether the plugin is kept from being unloaded.
held=cgroup/web/cpu.real_policy.held
echo 0 >$held
run 0 "$fake" create web --pid "$init"
have 0 2 1 0
has "at first" "0 2 1 0"
run 1 "${set[@]}" sched.real_policy=fifo $refused
says err 'vkctl: web: sched.real_policy "best": the file does not take this value' "refused"
has "each has what it had" "0 2 1 0"
run 1 env FAKE_FULL=1 "${set[@]}" sched.real_policy=fifo
has "what cannot be remembered is not changed, at first" "0 2 1 0"
run 0 "${set[@]}" sched.real_policy=adaptive
has "control: else they change" "2 2 2 2" "0 2"
says $held 1 "the plugin is held"
run 0 "$fake" create other --pid "$init"
run 1 "$fake" set other sched.real_policy=fifo
says err 'vkctl: other: sched.real_policy "fifo": the policy of the container'"'"'s control group is another vkernel'"'"'s, perhaps a dead one'"'"'s: vkctl gc' "another vkernel's"
has "another vkernel's is not changed" "2 2 2 2" "0 2"
says $held 1 "and holds the plugin"
run 0 "$fake" detach --force other
run 0 "$fake" rm other
for setting in syscall.learn=1 log.clear=1; do
	run 1 "${set[@]}" sched.real_policy=fifo $setting
	says err "vkctl: web: ${setting%=1} could not be put back if another one is refused: set it by itself" "$setting"
done
has "nothing is changed beside what no write takes back" "2 2 2 2" "0 2"
have 2 0 2 1
run 1 "${set[@]}" sched.real_policy=fifo $refused
has "so they have with a record" "2 0 2 1" "0 2"
run 1 "${set[@]}" sched.real_policy=fifo sched.real_policy=normal $refused
has "and after several" "2 0 2 1" "0 2"
run 1 env FAKE_FULL=1 "${set[@]}" sched.real_policy=fifo
has "what cannot be remembered is not changed" "2 0 2 1" "0 2"
says <(ls -A "$records") ".lock
.policy-web" "no draft is left"
run 0 "$fake" detach --force web
has "detached: those that still have what was set" "0 0 0 1"
says $held 0 "the plugin is let go"
run 0 "$fake" rm web
finish
