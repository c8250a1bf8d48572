#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: vkctl check takes good profiles, bundles and seccomp profiles, and of
# proves: bad ones says file, line, column and what is wrong

# shellcheck source=tests/host/vkctl.sh
. "$(dirname "$0")/vkctl.sh"

cd "$work"

# good WHAT SETTINGS: what stands in p.json comes to these settings.
good()
{
	run 0 "$VKCTL" check --print p.json || return 0
	says out "$2" "$1"
}

# bad WHERE-AND-WHAT: what stands in p.json is refused so.
bad()
{
	run 1 "$VKCTL" check p.json || return 0
	says err "$1" "refused: $1"
}

put()
{
	cat >p.json
}

put <<'END'
{
  "syscall": {
    "default": "allow",
    "rules": [
      { "names": [ "mkdir" ], "action": "EPERM", "abis": [ "x64" ] },
      { "names": [ "ioctl" ], "action": "kill_process", "abis": [ "x64", "ia32" ],
        "args": [ { "index": 1, "value": 21522, "op": "SCMP_CMP_EQ" },
                  { "index": 0, "value": 255, "valueTwo": 2, "op": "SCMP_CMP_MASKED_EQ" } ] },
      { "names": [ "socket", 451 ], "action": "SCMP_ACT_ERRNO", "errnoRet": 97, "abis": [ "ia32" ] }
    ]
  },
  "mm": {}
}
END
good "rules of our own" 'syscall
syscall.default=allow
syscall.rules_add=x64 83 1
syscall.rules_add=x64 16 kill_process a1==0x5412 a0&0xff==0x2
syscall.rules_add=ia32 54 kill_process a1==0x5412 a0&0xff==0x2
syscall.rules_add=ia32 359,451 97
syscall.rules_add=x64 425-427 1
syscall.rules_add=ia32 425-427 1
mm
syscall.commit=1'
says err "vkctl: warning: x64: io_uring is denied too (EPERM), because it would do what mkdir does, which is denied or has conditions
vkctl: warning: ia32: io_uring is denied too (EPERM), because it would do what socket does, which is denied or has conditions" \
	"io_uring is denied with what it could do, and that is said"

put <<<'{ "log": { "mode": "all", "dmesg_restrict": false, "quota": 65536, "quota_rate": 0 } }'
good "a kernel log" 'log
log.mode=all
log.dmesg_restrict=0
log.quota=65536
log.quota_rate=0'
put <<<'{ "log": { "quota": "64K" } }'
bad 'p.json:1:21: quota must be of type number, not string'
put <<<'{ "log": { "mode": "nonsense" } }'
bad 'p.json:1:20: mode is one of own, all, not "nonsense"'
put <<<'{ "log": { "quota": -1 } }'
bad 'p.json:1:21: quota must be a whole number from 0 to 4294967295'
put <<<'{ "log": { "quota_rate": 4294967296 } }'
bad 'p.json:1:26: quota_rate must be a whole number from 0 to 4294967295'
put <<<'{ "mm": { "overcommit_memory": "7" } }'
bad 'p.json:1:32: overcommit_memory is one of inherit, 0, 1, 2, not "7"'
put <<<'{ "mm": { "max_map_count": 2147483648 } }'
bad 'p.json:1:28: max_map_count must be a whole number from 0 to 2147483647'
put <<<'{ "mm": { "mmap_min_addr": 72057594037927936 } }'
bad 'p.json:1:28: mmap_min_addr must be a whole number from 0 to 72057594037923839'
put <<<'{ "mm": { "thp_defrag": "later" } }'
bad 'p.json:1:25: thp_defrag is one of inherit, always, defer, defer+madvise, madvise, never, not "later"'
put <<<'{ "mm": { "thp_enabled": true } }'
bad 'p.json:1:26: thp_enabled must be of type string, not true or false'
put <<<'{ "sched": { "real_policy": "round" } }'
bad 'p.json:1:29: real_policy is one of normal, fifo, adaptive, not "round"'
put <<<'{ "mm": { "thp_sizes": "inherit\n1 1 log mode all" } }'
bad 'p.json:1:24: thp_sizes has a control character in it'
put <<<'{ "mm": { "thp_sizes": "64K:always\t" } }'
bad 'p.json:1:24: thp_sizes has a control character in it'
long=$(printf '%4096s' '' | tr ' ' K)
put <<<"{ \"mm\": { \"thp_sizes\": \"$long\" } }"
bad 'p.json:1:24: thp_sizes is longer than 4095 bytes'
put <<<"{ \"mm\": { \"thp_sizes\": \"${long#K}\" } }"
good "the longest" "mm
mm.thp_sizes=${long#K}"
put <<<'{ "log": { "isolate": true } }'
bad 'p.json:1:12: section "log" has no key "isolate"'

put <<'END'
{ "syscall": { "objects": [
  { "open": "/etc/some where/*", "mode": "read", "action": "EACCES" },
  { "connect": "10.0.0.0/8", "ports": "1-1023", "action": "log" },
  { "send": "::1", "action": "EPERM" },
  { "clone": "newuser|0x20000", "action": "allow" }
] } }
END
good "rules on objects" 'syscall
syscall.object_add=open /etc/some\040where/* read 13
syscall.object_add=connect 10.0.0.0/8 1-1023 log
syscall.object_add=send ::1 1
syscall.object_add=clone newuser|0x20000 allow
syscall.commit=1'

# bad_object RULE WHERE-AND-WHAT
bad_object()
{
	echo "{ \"syscall\": { \"objects\": [ $1 ] } }" | put
	bad "p.json:1:$2"
}

bad_object '{ "open": "etc", "action": "EPERM" }' \
	'39: a file is an absolute path of at most 255 bytes'
bad_object '{ "open": "/etc", "action": "trap" }' \
	'57: what is done here is "allow", "log" or an error'
bad_object '{ "open": "/e", "ports": "1", "action": "EPERM" }' \
	'45: "ports" go with addresses only'
bad_object '{ "clone": "newpid", "mode": "any", "action": "EPERM" }' \
	'50: "mode" goes with "open" only'
bad_object '{ "connect": "1.2.3.4/33", "action": "EPERM" }' \
	'42: "1.2.3.4/33" is neither an address nor a family'
ports='ports are "PORT" or "LOW-HIGH", of addresses that have ports'
bad_object '{ "bind": "unix", "ports": "1", "action": "EPERM" }' "56: $ports"
bad_object '{ "bind": "any", "ports": "9-8", "action": "EPERM" }' "55: $ports"
bad_object '{ "clone": "newfoo", "action": "EPERM" }' \
	'40: flags are like "newuser|newnet", or "0x..."'
bad_object '{ "clone": "newpid" }' '29: a rule without "action"'
bad_object '{ "action": "EPERM" }' \
	'29: a rule is about "open", "connect", "bind", "send" or "clone"'
bad_object '{ "open": "/x", "clone": "newpid", "action": "EPERM" }' \
	'45: a rule is about one thing'
bad_object '{ "open": "/x", "mode": "exec", "action": "EPERM" }' \
	'53: a mode is "read", "write" or "any"'
bad_object '{ "open": "/x", "path": "/y", "action": "EPERM" }' \
	'45: a rule has no key "path"'

# unknown DEFAULT ACTION: a rule for a call that libseccomp does not know.
unknown()
{
	echo "{ \"defaultAction\": \"SCMP_ACT_$1\", \"syscalls\": [" \
		"{ \"names\": [\"read\", \"no_such\"], \"action\": \"SCMP_ACT_$2\" } ] }" | put
}

unknown ERRNO ALLOW
run 0 "$VKCTL" check p.json && echo "ok: an unknown call that is to be allowed is passed over"
unknown KILL ERRNO
run 0 "$VKCTL" check p.json && echo "ok: or to be denied less strictly"
for action in LOG ERRNO TRAP KILL_PROCESS; do
	unknown ALLOW $action
	bad 'p.json:1:72: libseccomp knows no call "no_such", so what is stricter than the default would not be enforced'
done
unknown KILL_THREAD KILL_PROCESS
bad 'p.json:1:78: libseccomp knows no call "no_such", so what is stricter than the default would not be enforced'

put <<<'{ "defaultAction": "SCMP_ACT_ERRNO", "flags": [ "SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_SPEC_ALLOW" ] }'
run 0 "$VKCTL" check p.json && echo "ok: flags that change no answer"
put <<<'{ "defaultAction": "SCMP_ACT_ERRNO", "flags": [ "SECCOMP_FILTER_FLAG_LOG" ] }'
bad "p.json:1:49: SECCOMP_FILTER_FLAG_LOG is not had per profile: the module's parameter log_errno logs what fails"
put <<<'{ "defaultAction": "SCMP_ACT_ERRNO", "flags": [ "SECCOMP_FILTER_FLAG_NEW_LISTENER" ] }'
bad 'p.json:1:49: no flag "SECCOMP_FILTER_FLAG_NEW_LISTENER" here'

put <<'END'
{ "syscall": { "io_uring": "as-ruled", "rules": [
  { "names": [ "openat" ], "action": "EACCES", "abis": [ "x64" ] } ] } }
END
good "io_uring as the rules have it" 'syscall
syscall.rules_add=x64 257 13
syscall.rules_add=x64 425-427 allow
syscall.commit=1'

put <<'END'
{ "syscall": { "rules": [ { "names": [ "fcntl" ], "action": "log", "abis": [ "x64" ],
  "args": [ { "index": 1, "value": 1, "op": "SCMP_CMP_EQ" },
            { "index": 1, "value": 18446744073709551615, "op": "SCMP_CMP_GE" } ] } ] } }
END
good "two conditions on one argument are two rules, as runc has it" 'syscall
syscall.rules_add=x64 72 log a1==0x1
syscall.rules_add=x64 72 log a1>=0xffffffffffffffff
syscall.commit=1'

put <<'END'
{ "defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 38,
  "archMap": [ { "architecture": "SCMP_ARCH_X86_64", "subArchitectures": [ "SCMP_ARCH_X86" ] } ],
  "syscalls": [
    { "names": [ "read", "of_the_future" ], "action": "SCMP_ACT_ALLOW", "args": null },
    { "names": [ "mount" ], "action": "SCMP_ACT_ALLOW", "includes": { "caps": [ "CAP_SYS_ADMIN" ] } },
    { "names": [ "bpf" ], "action": "SCMP_ACT_ALLOW", "includes": { "minKernel": "5.10" } },
    { "names": [ "clone" ], "action": "SCMP_ACT_ALLOW",
      "args": [ { "index": 0, "value": 2114060288, "op": "SCMP_CMP_MASKED_EQ" } ] } ] }
END
seccomp='syscall
syscall.default=x64 38
syscall.default=ia32 38
syscall.default=x32 kill_thread
syscall.rules_add=x64 0 allow
syscall.rules_add=x64 56 allow a0&0x7e020000==0
syscall.rules_add=x64 56 38
syscall.rules_add=ia32 3 allow
syscall.rules_add=ia32 102,117,120 38
syscall.rules_add=ia32 120 allow a0&0x7e020000==0
syscall.commit=1'
run 0 "$VKCTL" check --print --kernel 4.19.0-1-amd64 p.json &&
	says out "$seccomp" "a seccomp profile; an ABI that it does not list is killed"
echo '{ "process": { "capabilities": { "bounding": [ "CAP_SYS_ADMIN" ] } } }' >config.json
for caps in "--cap CAP_SYS_ADMIN" "--cap sys_admin" "--cap ALL" "--bundle ."; do
	# shellcheck disable=SC2086 # an option and its value
	run 0 "$VKCTL" check --print --kernel 5.10 $caps p.json &&
		says <(grep 'x64 0' out) 'syscall.rules_add=x64 0,165,321 allow' "with $caps, on a newer kernel"
done
sed -i '1s/.*/{ "ociVersion": "1.0", "linux": { "seccomp": &/; $s/$/ } }/' p.json
run 0 "$VKCTL" check --print --kernel 4.19 p.json &&
	says out "$seccomp" "the same in a bundle's config.json"

put <<<'{}'
good "nothing" ""

echo "-- no JSON"
put </dev/null
bad 'p.json:1:1: no JSON: premature EOF'
put <<<'{ "syscall": {'
bad 'p.json:2:1: no JSON: premature EOF'
put <<<'{ "syscall": { "default" "allow" } }'
bad "p.json:1:26: no JSON: object key and value must be separated by a colon (':')"
put <<<'{ "syscall": {}, }'
bad 'p.json:1:18: no JSON: invalid object key (must be a string)'
put <<<'{ "syscall": {} } }'
bad 'p.json:1:19: no JSON: trailing garbage'
put <<<'{ "é": ?'
bad 'p.json:1:8: no JSON: invalid char in json text.'
printf '{ "a\xff": 1 }' >p.json
bad 'p.json:1:5: no JSON: invalid bytes in UTF8 string.'
printf '%65s' '' | tr ' ' '[' >p.json
bad 'p.json:1:65: nested too deeply'

echo "-- no profile"
put <<<'[]'
bad 'p.json:1:1: a profile must be of type object, not array'
put <<'END'
{
	"syscall": {},
	"syscalls": {}
}
END
bad 'p.json:3:2: a profile has no section "syscalls"'
put <<<'{ "mm": { "thp": 1 } }'
bad 'p.json:1:11: section "mm" has no key "thp"'
put <<<'{ "mm": 1 }'
bad 'p.json:1:9: mm must be of type object, not number'
put <<<'{ "mm": {}, "mm": {} }'
bad 'p.json:1:13: section "mm" is there twice'
put <<'END'
{ "syscall": { "default": 1,
               "rules": [] } }
END
bad 'p.json:1:27: default must be of type string, not number'
put <<<'{ "syscall": { "default": "deny" } }'
bad 'p.json:1:27: no verdict "deny"'
put <<<'{ "syscall": { "default": "EPERM", "default": "allow" } }'
bad 'p.json:1:36: key "default" is there twice'
put <<<'{ "syscall": { "default": "allow", "seccomp": { "defaultAction": "SCMP_ACT_LOG" } } }'
bad 'p.json:1:47: "seccomp" goes with neither "default" nor "rules"'
put <<'END'
{ "syscall": { "rules": [
  { "names": [ "mkdir", "mkdri" ], "action": "EPERM" } ] } }
END
bad 'p.json:2:25: libseccomp knows no call "mkdri" of these ABIs'
put <<<'{ "syscall": { "rules": [ { "names": [ "vm86" ], "action": "EPERM", "abis": [ "x64" ] } ] } }'
bad 'p.json:1:40: libseccomp knows no call "vm86" of these ABIs'
put <<<'{ "syscall": { "rules": [ { "names": [ "read" ], "action": "EPERM", "abis": [ "x86" ] } ] } }'
bad 'p.json:1:79: no ABI "x86": there are x64, ia32 and x32'
put <<<'{ "syscall": { "rules": [ { "names": [ "read" ] } ] } }'
bad 'p.json:1:27: a rule without "action"'
put <<<'{ "syscall": { "rules": [ { "names": [ "read" ], "action": "EPERM", "arg": [] } ] } }'
bad 'p.json:1:69: a rule has no key "arg"'
put <<<'{ "syscall": { "rules": [ { "names": [ "read" ], "action": "EPERM", "errnoRet": 2 } ] } }'
bad 'p.json:1:81: "errnoRet" goes with SCMP_ACT_ERRNO only'
for number in -1 6 1.5 1e0; do
	put <<<'{ "syscall": { "rules": [ { "names": [ "read" ], "action": "EPERM",
"args": [ { "index": '$number', "value": 1, "op": "SCMP_CMP_EQ" } ] } ] } }'
	bad 'p.json:2:22: index must be a whole number from 0 to 5'
done
put <<<'{ "syscall": { "rules": [ { "names": [ "read" ], "action": "EPERM",
"args": [ { "index": 1, "value": 18446744073709551616, "op": "SCMP_CMP_EQ" } ] } ] } }'
bad 'p.json:2:34: value must be a whole number from 0 to 18446744073709551615'
for op in GE GT LE LT; do
	put <<<'{ "syscall": { "rules": [ { "names": [ "read" ], "action": "EPERM",
"args": [ { "index": 1, "value": 4294967296, "op": "SCMP_CMP_'$op'" } ] } ] } }'
	bad 'p.json:2:9: no argument of ia32 or x32 is compared with 0x100000000: "abis": ["x64"]'
	put <<<'{ "syscall": { "rules": [ { "names": [ "read" ], "action": "EPERM", "abis": [ "x64" ],
"args": [ { "index": 1, "value": 4294967296, "op": "SCMP_CMP_'$op'" } ] } ] } }'
	run 0 "$VKCTL" check p.json || true
done

echo "-- no seccomp profile"
put <<<'{ "syscall": { "seccomp": {} } }'
bad 'p.json:1:27: a seccomp profile without "defaultAction"'
for action in NOTIFY TRACE; do
	put <<<'{ "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
{ "names": [ "read" ], "action": "SCMP_ACT_'$action'" } ] }'
	bad "p.json:2:34: SCMP_ACT_$action asks a program outside, and a vkernel asks nobody"
done
put <<<'{ "defaultAction": "SCMP_ACT_DENY" }'
bad 'p.json:1:20: no action "SCMP_ACT_DENY"'
put <<<'{ "defaultAction": "SCMP_ACT_LOG", "architectures": [ "SCMP_ARCH_Z80" ] }'
bad 'p.json:1:55: no architecture "SCMP_ARCH_Z80"'
put <<<'{ "defaultAction": "SCMP_ACT_LOG", "default": 1 }'
bad 'p.json:1:36: a seccomp profile has no key "default"'
put <<<'{ "defaultAction": "SCMP_ACT_LOG", "syscalls": [ { "names": [ "read" ], "action":
"SCMP_ACT_ALLOW", "includes": { "minKernel": "five" } } ] }'
bad 'p.json:2:46: no kernel version: "five"'
put <<<'{ "defaultAction": "SCMP_ACT_LOG", "syscalls": [
{ "names": [ "read" ], "action": "SCMP_ACT_ALLOW", "args": [ { "index": 0, "value": 1, "op": "SCMP_CMP_EQ" } ] },
{ "names": [ "read" ], "action": "SCMP_ACT_KILL", "args": [ { "index": 0, "value": 1, "op": "SCMP_CMP_EQ" } ] } ] }'
bad 'p.json:3:14: libseccomp takes no such rule for read beside the others it has: File exists'
# libseccomp 2.5.4 walks in circles with these two, and so does runc.
put <<'END'
{ "defaultAction": "SCMP_ACT_ERRNO", "syscalls": [
  { "names": [ "read" ], "action": "SCMP_ACT_ALLOW", "args": [
    { "index": 0, "op": "SCMP_CMP_NE", "value": 3 },
    { "index": 1, "op": "SCMP_CMP_LE", "value": 3 } ] },
  { "names": [ "read" ], "action": "SCMP_ACT_ALLOW", "args": [
    { "index": 0, "op": "SCMP_CMP_NE", "value": 3 },
    { "index": 2, "op": "SCMP_CMP_NE", "value": 1 } ] } ] }
END
bad 'vkctl: p.json: libseccomp comes to no end with these rules, nor would a runtime: several that have conditions for one call, such as read, overlap'
put <<<'{ "ociVersion": "1.0" }'
bad 'p.json:1:1: this bundle has no seccomp profile'

echo "-- no file"
run 1 "$VKCTL" check /no/such.json && says err "vkctl: /no/such.json: No such file or directory" "a path"
run 1 "$VKCTL" check no_such &&
	says err "vkctl: /etc/vkernel/profiles/no_such.json: No such file or directory" "a name"
run 1 "$VKCTL" check ./. && says err "vkctl: ./.: not a regular file" "a folder"
finish
