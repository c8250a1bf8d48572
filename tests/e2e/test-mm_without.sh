#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: on a machine that has no huge pages the plugin loads, limits what it can, and
# proves: says of settings of huge pages that they are not supported, and why
# kernels: all-long
# cpu: max,la57=off,pse=off
# timeout: 300

# shellcheck source=tests/e2e/mm.sh
. "$(dirname "$0")/mm.sh"

[ ! -e /sys/kernel/mm/transparent_hugepage ] || fail "this machine has huge pages"
mm_load || fail "modules do not load"
mm_make web overcommit_memory=2 overcommit_kbytes=30000 || fail "no vkernel"
vk=$vkernels/web/mm
for setting in thp_enabled=always thp_enabled=never thp_defrag=defer thp_sizes=never \
	thp_sizes=2M:always; do
	lines=$(said | grep -c "web: this machine has no huge pages")
	refused "not supported" put "${setting#*=}" "$vk/${setting%%=*}"
	equal "and it stays" "$(cat "$vk/${setting%%=*}")" inherit
	equal "said why" "$(said | grep -c "web: this machine has no huge pages")" $((lines + 1))
done
for setting in thp_enabled thp_defrag thp_sizes; do
	put inherit $vk/$setting || fail "refused: $setting inherit"
	refused "Invalid argument" put sometimes $vk/$setting
done
container_bundle web /bin/hog private
container_create web && vkernel_arm web web && container_start web || fail "cannot start"
wait_until 60 test -s $bundles/web/output || fail "says nothing"
grep -q 'private [12][0-9]* ENOMEM' $bundles/web/output || fail "$(container_output web)"
equal "counted" "$(cat $vk/thp_huge) $(cat $vk/thp_fallback) $(cat $vk/thp_collapsed)" "0 0 0"
container_remove web
wait_until 20 vkernel_is web dead && mm_remove web || fail "cannot remove"
unload_all || fail "cannot unload"
