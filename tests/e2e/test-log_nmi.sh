#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: what NMIs print while a container prints is the host's, and what is
# proves: printed from within the plugin's own way is printed: no deadlock, no loss
# kernels: all
# append: printk.devkmsg=on
# timeout: 1800

# shellcheck source=tests/e2e/log.sh
. "$(dirname "$0")/log.sh"

log_load || fail "modules do not load"
log_vkernel a || fail "no vkernel"
log_start a || fail "cannot start"
modprobe hookcore_target threads=0 && modprobe hookcore_nmi || fail "no NMI handler"

# Called for each record of a container, by us; prints one more.
modprobe log_within || fail "no probe"
begin=$(cat $vkernels/a/log/records)
echo "$VM_NONCE repeat 0.002 nmi"
inside a klog flood a-line 3000
echo "$VM_NONCE repeat off"
sleep 1
equal "within, printed" "$(cat /sys/module/log_within/parameters/missed)" 0
rmmod log_within hookcore_nmi hookcore_target || fail "cannot unload"
[ "$(cat $vkernels/a/log/records)" -ge $((begin + 3000)) ] || fail "records are lost"
lines=$(inside a klog action 3 | grep -c a-line)
[ "$lines" -gt 100 ] || fail "only $lines lines"
awk '{ text = $0; sub(/^[^\]]*\] /, "", text) }
	text ~ /^hookcore_nmi: / { nmis++; if ($1 != "-") bad++ }
	text ~ /^within / { within++; if ($1 != "a") bad++ }
	text ~ /^a-line / { own++; if ($1 != "a") bad++; if (own > 1 && $NF != last + 1) bad++; last = $NF }
	END {
		print nmis " lines of NMIs, " within " from within, " own " of the container, " bad + 0 " wrong"
		exit bad || !nmis || !within || last != 2999
	}' /sys/kernel/debug/vkernel_log/log || fail "not whose they are"

container_remove a
wait_until 10 vkernel_is a dead || fail "a lives"
rmdir $vkernels/a/log $vkernels/a
unload_all || fail "cannot unload"
