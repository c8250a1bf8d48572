# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# BPF programs that count the calls of a kernel function. Sourced.

# shellcheck source=tests/e2e/container.sh
. "$(dirname "${BASH_SOURCE[0]}")/container.sh"

# bpf_attach FUNCTION KIND...: programs of these kinds, fentry or fexit, until
# bpf_detach. A line to 6 asks for their counts, from 5 they come.
bpf_attach()
{
	local word

	coproc BPF { "$programs/fentry" "$@"; }
	# What coproc set goes with it; the copies stay.
	exec 5<&"${BPF[0]}" 6>&"${BPF[1]}"
	eval "exec ${BPF[1]}>&-"
	read -r word <&5
	[ "$word" = attached ] || fail "cannot attach: $*"
}

bpf_detach()
{
	exec 6>&-
	wait "$BPF_PID" || fail "the BPF programs failed"
	exec 5<&-
}
