#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What "make demo" shows: two Docker containers of one image side by side, each with its
# own system calls, log, huge pages, promises of memory and scheduling policy, changed
# while they run, above "vkctl top". Each command that is typed must have its effect in
# the container that it is about, and none in the other, or the demonstration fails.

# shellcheck source=tests/e2e/engines.sh
. "$(dirname "$0")/engines.sh"

# What a container shows has 60 columns and 10 rows, and there are two side by side.
least_columns=124 least_rows=32
columns=${VM_COLUMNS:-128} rows=${VM_ROWS:-36}
# Seconds, for who reads along.
pause=${DEMO_PAUSE:-0}
export TERM=xterm
# What a container shows first.
folder="make a folder"

tm()
{
	tmux -u -S /tmp/tmux "$@"
}

# What both containers have to begin with.
write_profile()
{
	cat >/etc/vkernel/profiles/web.json <<-'EOF'
	{
	  "syscall": { "default": "allow" },
	  "log": { "dmesg_restrict": false },
	  "mm": { "thp_enabled": "never",
	          "overcommit_memory": "2", "overcommit_kbytes": 262144 },
	  "sched": { "real_policy": "normal" }
	}
	EOF
}

prepare()
{
	local name

	engines_prepare
	for name in log mm sched; do
		modprobe vkernel_$name || fail "no plugin $name"
	done
	cp "$programs"/{panel,sched} /tmp/image/bin/
	tar -C /tmp/image -cf /tmp/image.tar .
	write_profile
	docker_start
}

# container NAME: the command that runs it in a pane.
container()
{
	echo "docker run -it --rm --name $1 --runtime vkernel-web --network none \
		--security-opt seccomp=unconfined --device /dev/kmsg image /bin/panel $1"
}

# lay_out: the containers above, vkctl's view of them, and the operator below.
lay_out()
{
	cat >/tmp/tmux.conf <<-'EOF'
	set -g status off
	set -g remain-on-exit on
	set -g default-shell /bin/bash
	# What renders a recording cannot scroll by many lines at once.
	set -as terminal-overrides ',*:indn@'
	EOF
	tm -f /tmp/tmux.conf new-session -d -x "$columns" -y "$rows" -s demo "$(container web)" &&
		tm split-window -h "$(container mail)" &&
		tm split-window -vf -l $((rows - 12)) "vkctl top -d 2" &&
		tm split-window -v -l $((rows - 19)) "PS1='operator# ' bash --norc -i" ||
		fail "no panes"
}

# seen PANE: what stands in it.
seen()
{
	tm capture-pane -p -t "demo:0.$1"
}

# pane_of CONTAINER
pane_of()
{
	if [ "$1" = web ]; then echo 0; else echo 1; fi
}

# value CONTAINER LABEL: what it shows there.
value()
{
	seen "$(pane_of "$1")" | sed -n "s/^ *$2  *//p" | sed 's/ *$//'
}

has_value()
{
	[[ $(value "$1" "$2") =~ ^($3)$ ]]
}

# soon COMMAND...: within a minute. To look is work for this machine, too.
soon()
{
	local tries=60

	until "$@"; do
		[ $((tries--)) -gt 0 ] || return
		sleep 1
	done
}

# shows CONTAINER LABEL VALUE
shows()
{
	soon has_value "$@" ||
		fail "$1 shows \"$(value "$1" "$2")\" as $2, not $3: $(seen "$(pane_of "$1")")"
	echo "ok: $1: $2: $3"
}

# typed TEXT...: a line of the operator's, as fast as people type: each piece takes a
# process here.
typed()
{
	local text="$*" i

	if [ "$pause" = 0 ]; then
		tm send-keys -t demo:0.3 -l -- "$text"
	else
		for ((i = 0; i < ${#text}; i += 5)); do
			tm send-keys -t demo:0.3 -l -- "${text:i:5}"
		done
	fi
	tm send-keys -t demo:0.3 Enter
}

# scene WHAT COMMAND CONTAINER LABEL BEFORE AFTER: and the other one stays as it is.
scene()
{
	local other=mail

	[ "$3" = web ] || other=web
	shows "$3" "$4" "$5"
	typed "# $1"
	typed "$2"
	shows "$3" "$4" "$6"
	sleep "$pause"
	shows $other "$4" "$5"
}

# sees PANE TEXT
sees()
{
	soon shown "$@" || fail "no \"$2\" in: $(seen "$1")"
	echo "ok: pane $1: $2"
}

shown()
{
	seen "$1" | grep -q -- "$2"
}

# settle: until both run. Docker takes a minute for that, in which there is nothing to see.
settle()
{
	local name

	for name in web mail; do
		shows $name "$folder" granted
		shows $name "the last one" "$name: hello, .*"
	done
}

play()
{
	local pages="huge pages"
	local promise="promise me 96 MiB" order="who came first ran first" name

	typed "web=\$(docker inspect -f {{.Id}} web) mail=\$(docker inspect -f {{.Id}} mail)"
	sleep "$pause"
	scene "web is to make no folders any more" \
		"vkctl set \$web syscall.rules_add='x64 83 EPERM' syscall.commit=1" \
		web "$folder" granted "Operation not permitted"
	scene "web gets huge pages, and mail does not" \
		"vkctl set \$web mm.thp_enabled=always" web "$pages" "0 of 4 MiB" "4 of 4 MiB"
	scene "mail is promised no more than 64 MiB" \
		"vkctl set \$mail mm.overcommit_kbytes=65536" mail "$promise" granted "Cannot allocate memory"
	scene "in web, whoever came first runs first" \
		"vkctl set \$web sched.real_policy=fifo" web "$order" "[0-4] times of 5" "5 times of 5"
	typed "# one log for each, and the host sees whose a line is"
	typed "vkctl log --all | tail -n 6"
	sees 3 "web: hello"
	sees 3 "mail: hello"
	sleep "$pause"
	sleep "$pause"
	typed "# and web may make folders again"
	typed "vkctl set \$web syscall.reset=1 syscall.commit=1"
	shows web "$folder" granted
	sleep "$pause"
	for name in web mail; do
		sees 2 "$(docker inspect -f '{{slice .Id 0 24}}' $name) active"
	done
	typed "docker rm -f web mail"
	wait_until 60 no_vkernel || fail "still there: $(vkctl ls)"
	sleep "$pause"
}

# direct: and then nobody has anything to look at.
direct()
{
	(play)
	echo $? >/tmp/played
	tm kill-server
}

finish()
{
	[ "$(cat /tmp/played 2>/dev/null)" = 0 ] || fail "not as it should be"
	docker_stop
	engines_unload
}

[ "$columns" -ge $least_columns ] && [ "$rows" -ge $least_rows ] ||
	fail "this terminal has $columns columns and $rows rows, and it takes $least_columns and $least_rows"
[ "$VM_INTERACTIVE" = 0 ] || stty rows "$rows" cols "$columns"
echo "Docker and its image: a minute or two ..."
if [ "$VM_INTERACTIVE" = 0 ]; then
	prepare
	lay_out
	settle
	direct
else
	prepare >/tmp/prepared 2>&1 || fail "$(cat /tmp/prepared)"
	lay_out
	(settle) >/tmp/settled 2>&1 || fail "$(cat /tmp/settled)"
	direct >/tmp/directed 2>&1 &
	director=$!
	tm attach
	wait $director
	cat /tmp/directed
fi
finish
echo "DEMO DONE"
