#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: under each of 200 generated profiles each call of the kernel's, by all
# proves: three doors, is decided as by the filter that libseccomp makes of it
# kernels: all
# long
# bring: profiles
# append: syscall.x32=y audit=0
# timeout: 3600

# shellcheck source=tests/e2e/decide.sh
. "$(dirname "$0")/decide.sh"

generated=/vk/profiles/generated
decide_begin
calls=0 decisions=0 profiles=0
for profile in "$generated"/*.json; do
	decide_same "$profile" "${profile%.json}.bpf" 8 --cap CAP_A
	calls=$((calls + $(decided calls)))
	decisions=$((decisions + $(decided calls) - $(decided "not made")))
	profiles=$((profiles + 1))
	outcomes=$(sed -n 's/.* \(allowed.*ipc versions [0-9]*\).*/\1/p' $decide_result)
	echo "${profile##*/}: $outcomes"
done
equal "profiles" "$profiles" 200
echo "$decisions of $calls calls decided as by seccomp"
[ $((decisions * 10)) -gt $((calls * 8)) ] || fail "too few were decided"
decide_end
