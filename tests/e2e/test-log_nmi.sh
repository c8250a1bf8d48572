#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: what NMIs print while a container prints is the host's, and what is
# proves: printed from within the plugin's own way is printed: no deadlock, no loss
# kernels: all-long
# append: printk.devkmsg=on log_buf_len=4M
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
# On one CPU: who counts is then who prints next.
inside a taskset 1 klog flood a-line 3000
echo "$VM_NONCE repeat off"
sleep 1
equal "within, printed" "$(cat /sys/module/log_within/parameters/missed)" 0
printed=$(cat /sys/module/log_within/parameters/printed)
nmis=$(cat /sys/module/hookcore_nmi/parameters/nmis)
rmmod log_within hookcore_nmi hookcore_target || fail "cannot unload"
# What an NMI prints is complete when the next is.
echo end >/dev/kmsg
[ "$(cat $vkernels/a/log/records)" -ge $((begin + 3000)) ] || fail "records are lost"
equal "it finds its lines" "$(inside a klog action 3 65536 | grep -c a-line | awk '{ print ($1 > 100) }')" 1

# all_there LISTING: is each line there, once, in its order, at its owner's?
all_there()
{
	awk -v printed="$printed" -v nmis=$((nmis / 64)) '
	{ text = $0; sub(/^[^\]]*\] /, "", text); split(text, word, " ") }
	text ~ /^hookcore_nmi: / { if ($1 != "-" || word[2] != 64 * ++nmi) bad++ }
	text ~ /^within / { if ($1 != "a" || word[2] != ++within) bad++ }
	text ~ /^a-line / { if ($1 != "a" || word[2] != own++) bad++ }
	END {
		print nmi " lines of NMIs, " within " from within, " own " of the container, " bad + 0 " wrong"
		exit bad || nmi != nmis || within != printed || own != 3000 || !nmi || !within
	}' "$1"
}

cp /sys/kernel/debug/vkernel_log/log /tmp/log
all_there /tmp/log || fail "not all are there: $printed from within, $nmis NMIs"
for lost in 'within 9$' 'hookcore_nmi: 64$' 'a-line 2999$'; do
	grep -v "$lost" /tmp/log >/tmp/less
	all_there /tmp/less >/dev/null && fail "without $lost: this proves nothing"
done
sed 's/^a \(.*a-line 7\)$/- \1/' /tmp/log >/tmp/other
all_there /tmp/other >/dev/null && fail "at another owner: this proves nothing"
echo "ok: what is missing would be noticed"

log_remove a
unload_all || fail "cannot unload"
