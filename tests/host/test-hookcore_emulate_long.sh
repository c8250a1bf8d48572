#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: ten million generated windows, relocated, do what the originals do
# long
# timeout: 7200

# Other windows than in "make test", and other ones each day; the output names
# the seeds.
EMULATE_SEED=${EMULATE_SEED:-$(date +%y%j)} EMULATE_WINDOWS=10000000 \
	EMULATE_SIZES="5 2 7" exec "$(dirname "$0")/test-hookcore_emulate.sh"
