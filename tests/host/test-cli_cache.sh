#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: what a profile came to is kept for the next container, and not taken for
# proves: what it comes to for one with other capabilities, however those are spelt

# shellcheck source=tests/host/fake.sh
. "$(dirname "$0")/fake.sh"

cd "$work"
cat >web.json <<'END'
{ "defaultAction": "SCMP_ACT_ERRNO", "syscalls": [
  { "names": [ "mount" ], "action": "SCMP_ACT_ALLOW", "includes": { "caps": [ "CAP_SYS_ADMIN" ] } } ] }
END

# bundle NAME CAPABILITIES
bundle()
{
	mkdir "$1"
	echo "{ \"process\": { \"capabilities\": { \"bounding\": [ $2 ] } } }" >"$1/config.json"
}

# mount BUNDLE: what is decided of mount(2) in a container of it, or a number near.
mount()
{
	run 0 "$oci" createRuntime web "$work/$1" --profile "$work/web.json"
	grep '^x64 16[0-9] ' "$vkernels/web/syscall/rules_add" >decided || true
	echo dead >"$vkernels/web/state"
	run 0 "$oci" poststop web "$work/$1"
}

bundle joined '"CAP_KILL\nCAP_SYS_ADMIN"'
bundle apart '"CAP_KILL", "CAP_SYS_ADMIN"'
mount joined
says decided "" "one capability of that name, which is none"
says <(find run/vkctl -type f | wc -l) 1 "it is kept"
mount apart
says decided "x64 165 allow" "two"
mount joined
says decided "" "and again"
sed -i 's/rules_add x64 165/rules_add x64 166/' run/vkctl/*
mount apart
says decided "x64 166 allow" "control: what is kept is what counts"
echo >>web.json
mount apart
says decided "x64 165 allow" "for a profile with these bytes"
finish
