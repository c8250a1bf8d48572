#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the wrapper puts its hooks into a bundle once, keeps all else of it digit
# proves: by digit, and hands everything to the runtime; the hooks fail closed

# shellcheck source=tests/host/vkctl.sh
. "$(dirname "$0")/vkctl.sh"

cd "$work"
mkdir bundle
cat >runtime <<END
#!/bin/sh
printf '%s\n' "\$@" >"$work/called"
exit 7
END
chmod +x runtime
ln -s "$VKCTL" vkernel-runc
config=bundle/config.json
original='{
  "ociVersion": "1.0.2",
  "hooks": {
    "prestart": [
      {
        "path": "/bin/other"
      }
    ],
    "createRuntime": [
      {
        "path": "/bin/first",
        "args": [
          "first"
        ]
      }
    ]
  },
  "linux": {
    "resources": {
      "memory": {
        "limit": 9223372036854775807,
        "swap": 18446744073709551615,
        "x": -0.0,
        "y": 1.50e+400
      }
    }
  },
  "text": "é \" \\ \u0001 /",
  "none": null,
  "empty": {},
  "list": []
}'

fresh()
{
	printf '%s\n' "$original" >$config
	chmod 640 $config
	rm -f called
}

# calls WORD...: it ends as the runtime does, which got these words.
calls()
{
	says called "$(printf '%s\n' "$@")" "the runtime got: $*"
}

# without_ours: the bundle, less the hooks that are ours.
without_ours()
{
	python3 - "$1" <<-'END'
	import json, sys
	number = lambda text: "number " + text
	with open(sys.argv[1], encoding="utf-8") as file:
	    data = json.load(file, parse_int=number, parse_float=number)
	for stage, hooks in list(data["hooks"].items()):
	    data["hooks"][stage] = [hook for hook in hooks if "oci-hook" not in hook.get("args", [])]
	    if not data["hooks"][stage]:
	        del data["hooks"][stage]
	print(json.dumps(data, sort_keys=True))
	END
}

# ours: path and words of the hooks that are ours.
ours()
{
	python3 - "$1" <<-'END'
	import json, sys
	with open(sys.argv[1], encoding="utf-8") as file:
	    hooks = json.load(file)["hooks"]
	for stage in hooks:
	    for at, hook in enumerate(hooks[stage]):
	        if "oci-hook" in hook.get("args", []):
	            print(stage, at, hook["path"], *hook["args"])
	END
}

wrap()
{
	run 7 ./vkernel-runc "--vkernel-runtime=$work/runtime" "$@"
}

for form in "--bundle bundle" "--bundle=bundle" "-b bundle" "-bbundle"; do
	fresh
	# shellcheck disable=SC2086 # words
	wrap --vkernel-profile=web --root /run/x --debug create $form --pid-file p web1
	# shellcheck disable=SC2086 # words
	calls --root /run/x --debug create $form --pid-file p web1
	says <(ours $config) "createRuntime 1 $VKCTL vkctl oci-hook --injected --profile web createRuntime
poststop 0 $VKCTL vkctl oci-hook --injected --profile web poststop" "the hooks are there"
done
printf '%s\n' "$original" >wanted
says <(without_ours $config) "$(without_ours wanted)" "all else is as it was"
says <(stat -c %a $config) 640 "the mode too"
grep -q '"y": 1.50e+400' $config || { echo "FAIL: numbers were rewritten"; failures=1; }
says <(find bundle -type f) $config "no other file is left there"

cp $config once
wrap --vkernel-profile=web create -b bundle web1
says $config "$(cat once)" "a second time changes nothing"
wrap --vkernel-default-profile=base --vkernel-fixed create -b bundle web1
says <(ours $config) "createRuntime 1 $VKCTL vkctl oci-hook --injected --default-profile base --fixed createRuntime
poststop 0 $VKCTL vkctl oci-hook --injected --default-profile base --fixed poststop" "another choice replaces the first"

fresh
(cd bundle && run 7 "$VKCTL" runtime "--vkernel-runtime=$work/runtime" run web1) || failures=1
says <(ours $config | wc -l) 2 "run, in the bundle's folder, as vkctl runtime"
for verb in start kill delete state exec "--root run state" "--log create list" --version \
	"-root run state" "--new=create state" "--debug=false exec" "-- state" \
	"--rootless create --systemd-cgroup ps"; do
	fresh
	# shellcheck disable=SC2086 # words
	wrap $verb web1
	# shellcheck disable=SC2086 # words
	calls $verb web1
	says $config "$original" "and the bundle was left alone"
done

for words in "run -d" "run -d --pid-file -" "run -bbundle -fconfig.json" "-root /x create" "--root=/x create" "--new=x create" "-- create" "--debug=true run"; do
	fresh
	# shellcheck disable=SC2086 # words
	wrap $words -b bundle web1
	says <(ours $config | wc -l) 2 "hooks: $words"
done

echo "-- a hook of vkctl's that somebody else has put there"
# others HOOK: a bundle that has it.
others()
{
	sed "s|\"path\": \"/bin/first\",|$1|; s|\"first\"|\"${2:-vkctl}\", \"oci-hook\", ${3:-\"--fixed\"}, \"createRuntime\"|" \
		<<<"$original" >$config
	rm -f called
	cp $config others
}

for words in vkctl:/usr/bin/vkctl other:/usr/bin/vkctl vkctl:/opt/hook; do
	others "\"path\": \"${words#*:}\"," "${words%:*}"
	run 1 ./vkernel-runc --vkernel-profile=web "--vkernel-runtime=$work/runtime" create -b bundle web1 || true
	says <(cat err $config; ls called 2>&1) "$config:10:7: the bundle has a hook of vkctl's already that is not this wrapper's: leave out one of the two
$(cat others)
ls: cannot access 'called': No such file or directory" "refused: $words"
done
others '"path": "/bin/hook",' other
wrap --vkernel-profile=web create -b bundle web1
says <(grep -c oci-hook $config) 3 "control: one that is not vkctl's stays"
others '"path": "/usr/bin/vkctl",' vkctl '"--injected"'
wrap --vkernel-profile=web create -b bundle web1
says <(grep -c oci-hook $config) 2 "control: one of its own is replaced"

echo "-- what may make a container in a way that is not known is not done"
# not_done MESSAGE WORD...
not_done()
{
	local message=$1
	shift

	fresh
	run 1 ./vkernel-runc "--vkernel-runtime=$work/runtime" "$@" || return 0
	says <(cat err $config; ls called 2>&1) "vkctl: $message
$original
ls: cannot access 'called': No such file or directory" "not done: $*"
}

unclear="not known here, so neither is which verb follows; if it has a value"
not_done "--new: $unclear, --new=VALUE is clear" --new state create -b bundle web1
not_done "-X: $unclear, -X=VALUE is clear" -X x create -b bundle web1
not_done "--roo: $unclear, --roo=VALUE is clear" --roo /x create -b bundle web1
not_done "make: not known here, and perhaps it makes containers, which would have no vkernel" make -b bundle web1
not_done "restore: programs that come back call no execve, so that no vkernel would hold them; restore it without this wrapper, and vkctl create --adopt" \
	--root /x restore -b bundle web1
for option in --bun=other --b=other -bundle=other --conf=other; do
	not_done "$option: say --bundle or --config in full" create -b bundle "$option" web1
done
# crun has it in its own working directory, and the hook reads the bundle's.
for option in ./config.json config.json.new other "$work/bundle/config.json"; do
	not_done "--config $option: only the bundle's own config.json can be given a vkernel" \
		run -b bundle --config "$option" web1
	not_done "--config $option: only the bundle's own config.json can be given a vkernel" \
		run -b bundle "-f$option" web1
done
for option in -db -dbother -dfother -dVf -pid-file; do
	not_done "$option: perhaps several options in one word, -b or -f among them: say each by itself, or with two dashes" \
		run -b bundle "$option" other web1
done

echo "-- what cannot be is not started"
for bad in '{' '[]' '{ "hooks": [] }' '{ "hooks": { "createRuntime": {} } }'; do
	fresh
	echo "$bad" >$config
	run 1 ./vkernel-runc "--vkernel-runtime=$work/runtime" create -b bundle web1 || true
	says <(cat $config; ls called 2>&1) "$bad
ls: cannot access 'called': No such file or directory" "$(cat err)"
done
rm $config
run 1 ./vkernel-runc "--vkernel-runtime=$work/runtime" create -b bundle web1 || true
says err "vkctl: bundle/config.json: No such file or directory" "no bundle"
run 1 ./vkernel-runc --vkernel-runtime=/no/such state || true
says err "vkctl: /no/such: No such file or directory" "no runtime"

echo "-- the hooks, for a container in this very pid namespace"
fresh
# state [ANNOTATION VALUE]...
state()
{
	python3 - "$work/bundle" $$ "$@" <<-'END'
	import json, sys
	words = sys.argv[3:]
	print(json.dumps({"ociVersion": "1.0.2", "id": "web1", "status": "creating",
	                  "pid": int(sys.argv[2]), "bundle": sys.argv[1],
	                  "annotations": dict(zip(words[::2], words[1::2]))}))
	END
}

# hook STATUS MESSAGE ARGUMENTS ANNOTATION...
hook()
{
	local status=$1 message=$2 arguments=$3
	shift 3
	state "$@" >state.json
	# shellcheck disable=SC2086 # words
	run "$status" bash -c '"$@" <state.json' -- "$VKCTL" oci-hook $arguments || return 0
	says err "$message" "$arguments $*"
}

echo '{ "syscall": { "default": "allow" } }' >good.json
host="container web1 is in the host's pid namespace"
hook 0 "" createRuntime
hook 1 "vkctl: $host, which cannot have a vkernel" "--profile good.json createRuntime"
hook 0 "vkctl: warning: $host: it starts without a vkernel" "--default-profile good.json createRuntime"
hook 1 "vkctl: $host, which cannot have a vkernel" "--default-profile good.json createRuntime" \
	org.vkernel.profile "$work/good.json"
hook 0 "vkctl: $host, which cannot have a vkernel
vkctl: warning: container web1 starts without a vkernel, as org.vkernel.on-failure says" createRuntime \
	org.vkernel.profile "$work/good.json" org.vkernel.on-failure ignore
hook 0 "" "--fixed createRuntime" org.vkernel.profile /no/such.json
unsaid="container web1: neither its bundle's annotations nor an option says which profile"
# annotated ANNOTATION VALUE: both as JSON, in the bundle.
annotated()
{
	echo "{ \"process\": {}, \"annotations\": { $1: $2 } }" >$config
}
annotated '"org.vkernel.profle"' '"web"'
hook 1 "$work/$config:1:35: no annotation \"org.vkernel.profle\"" "--default-profile good.json createRuntime"
hook 0 "" "--fixed createRuntime"
# So that the files of contrib/oci-hooks.d see to it.
hook 1 "$work/$config:1:35: no annotation \"org.vkernel.profle\"" "--required createRuntime"
annotated '"org.vkernel.on-failure"' '"ignore"'
hook 0 "vkctl: $unsaid
vkctl: warning: container web1 starts without a vkernel, as org.vkernel.on-failure says" "--required createRuntime"
annotated '"org.vkernel.profile"' 1
hook 1 "$work/$config:1:58: org.vkernel.profile must be of type string, not number" createRuntime
echo '{ "process": {}, "annotations": [ "org.vkernel.profile" ] }' >$config
hook 1 "$work/$config:1:33: annotations must be of type object, not array" createRuntime
annotated '"org.other.profle"' 1
hook 0 "" createRuntime
fresh
hook 1 "vkctl: $unsaid" "--required createRuntime"
hook 1 "vkctl: $unsaid" "--required --fixed createRuntime" org.vkernel.profile "$work/good.json"
hook 1 "vkctl: $host, which cannot have a vkernel" "--required createRuntime" \
	org.vkernel.profile "$work/good.json"
hook 0 "vkctl: warning: $host: it starts without a vkernel" \
	"--required --default-profile good.json createRuntime"
hook 1 "vkctl: /no/such.json: No such file or directory" createRuntime org.vkernel.profile /no/such.json
hook 1 "vkctl: /no/such.json: No such file or directory" "--default-profile /no/such.json createRuntime"
mkfifo fifo
for file in fifo /dev/zero /dev/null; do
	[ $file != fifo ] || file=$work/fifo
	hook 1 "vkctl: $file: not a regular file" createRuntime org.vkernel.profile "$file"
done
hook 1 "vkctl: $work: not a regular file" createRuntime org.vkernel.profile "$work"
truncate -s 1T big
hook 1 "vkctl: $work/big: longer than 16777216 bytes" createRuntime org.vkernel.profile "$work/big"
run 1 "$VKCTL" check /dev/zero && says err "vkctl: /dev/zero: not a regular file" "check /dev/zero"
run 1 "$VKCTL" check "$work/big" && says err "vkctl: $work/big: longer than 16777216 bytes" "check"
mv $config config.json
mkfifo $config
hook 1 "vkctl: $work/bundle/config.json: not a regular file" createRuntime org.vkernel.profile "$work/good.json"
rm $config
mv config.json $config
hook 1 'annotations:3:16: no verdict "never"' createRuntime org.vkernel.syscall.default never
hook 1 'vkctl: annotations org.vkernel.profile and org.vkernel.syscall...: only one of them' \
	createRuntime org.vkernel.syscall.deny mount org.vkernel.profile x
for none in "" "," ", ,"; do
	hook 1 'vkctl: annotation org.vkernel.syscall.deny: no call' createRuntime org.vkernel.syscall.deny "$none"
done
hook 1 "vkctl: $host, which cannot have a vkernel" createRuntime org.vkernel.syscall.deny ",mount"
hook 1 "$work/bundle/config.json:1:1: this bundle has no seccomp profile" createRuntime org.vkernel.profile bundle
hook 0 "" poststop
hook 1 "vkctl: $host, which cannot have a vkernel" "--injected --profile good.json createRuntime"
run 1 "$VKCTL" oci-hook createRuntime </dev/null && says err "standard input:1:1: no JSON: premature EOF" "no state"

echo "-- of a profile that an annotation names no word is said"
# secret PROFILE: it has a mistake, or several, in a word "SECRET" or a number 987654321987.
secret()
{
	local place
	echo "$1" >secret.json
	fresh
	state >state.json
	run 1 bash -c '"$@" <state.json' -- "$VKCTL" oci-hook --profile secret.json createRuntime || return 0
	grep -q "SECRET\|0xe5f4c8f743" err || { echo "FAIL: control: $(cat err)"; failures=$((failures + 1)); }
	place=$(sed 's/[^:]*\(:[0-9:]*\) .*/\1/' err)
	annotated '"org.vkernel.profile"' "\"$work/secret.json\""
	run 1 bash -c '"$@" <state.json' -- "$VKCTL" oci-hook createRuntime || return 0
	if grep -q "SECRET\|0xe5f4c8f743" err || ! grep -qF "secret.json$place ${2:-}" err; then
		echo "FAIL: $1: $(cat err)"
		failures=$((failures + 1))
	else
		echo "ok: $(cat err)"
	fi
}

secret '{ "SECRET": 1 }' 'a profile has no section "..."'
secret '{ "mm": { "SECRET": 1 } }' 'section "mm" has no key "..."'
secret '{ "mm": { "thp_enabled": "SECRET" } }'
secret '{ "syscall": { "default": "SECRET" } }' 'no verdict "..."'
secret '{ "syscall": { "rules": [ { "SECRET": 1 } ] } }'
secret '{ "syscall": { "rules": [ { "names": [ "SECRET" ], "action": "EPERM" } ] } }'
secret '{ "syscall": { "rules": [ { "names": [ "read" ], "action": "SECRET" } ] } }'
secret '{ "syscall": { "rules": [ { "names": [ "read" ], "action": "EPERM", "abis": [ "SECRET" ] } ] } }'
secret '{ "syscall": { "rules": [ { "names": [ "read" ], "action": "EPERM",
	"args": [ { "index": 1, "value": 987654321987, "op": "SCMP_CMP_GT" } ] } ] } }'
secret '{ "syscall": { "objects": [ { "connect": "SECRET", "action": "EPERM" } ] } }'
secret '{ "syscall": { "objects": [ { "open": "/x", "action": "EPERM", "SECRET": 1 } ] } }'
secret '{ "defaultAction": "SECRET" }' 'no action "..."'
secret '{ "defaultAction": "SCMP_ACT_ERRNO", "SECRET": 1 }'
secret '{ "defaultAction": "SCMP_ACT_ERRNO", "defaultErrno": "SECRET" }'
secret '{ "defaultAction": "SCMP_ACT_ERRNO", "flags": [ "SECRET" ] }'
secret '{ "defaultAction": "SCMP_ACT_ERRNO", "architectures": [ "SECRET" ] }'
seccomp='{ "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [ { "action": "SCMP_ACT_ERRNO", "names":'
secret "$seccomp [ \"SECRET\" ] } ] }"
secret "$seccomp [ \"read\" ], \"includes\": { \"minKernel\": \"SECRET\" } } ] }"
secret "$seccomp [ \"read\" ], \"args\": [ { \"index\": 0, \"value\": 1, \"op\": \"SECRET\" } ] } ] }"
fresh

echo "-- of a bundle only what counts is read"
known='"process": { "capabilities": { "bounding": [ "CAP_KILL" ] } }'
broken='"linux": { "seccomp": nothing'
echo "{ $known, \"annotations\": { \"org.vkernel.profile\": \"/no/such.json\" }, $broken" >$config
hook 1 "vkctl: /no/such.json: No such file or directory" createRuntime
echo "{ $known, \"annotations\": {}, $broken" >$config
hook 0 "" createRuntime
# Control: what counts may still come.
echo "{ $known, $broken" >$config
hook 1 "$work/bundle/config.json:1:88: no JSON: invalid string in json text." createRuntime
hook 1 "vkctl: $host, which cannot have a vkernel" "--fixed --profile good.json createRuntime"

echo '{}' >state.json
run 1 "$VKCTL" oci-hook poststop <state.json && says err 'standard input:1:1: no container state: no "id"' "no id"
finish
