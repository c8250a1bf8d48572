#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the shell in the guest takes commands from a pipe, from the first byte
# proves: on, ends with it, and runs the demo, also when no plugin was asked for

# shellcheck source=tests/vm/common.sh
. "$(dirname "$0")/../vm/common.sh"

# shellcheck disable=SC2016 # for the shell in the guest
output=$(printf 'echo $((40 + 2)) came first\n/vk/demo.sh\necho $((6 * 7)) came last' |
	"$VM_DIR/guest" "${KERNEL:-stock}" "$VM_DIR/shell.sh" \
		--env PLUGINS= --interactive --logs "$BUILD/vm/cli_vm_shell") || {
	echo "FAIL: no end of it"
	echo "$output"
	exit 1
}
# The prompt's last byte is a carriage return.
output=${output//$'\r'/$'\n'}
for line in "42 came first" "DEMO DONE" "42 came last"; do
	grep -q "^$line" <<<"$output" || {
		echo "FAIL: no line '$line'"
		echo "$output"
		exit 1
	}
	echo "ok: $line"
done
