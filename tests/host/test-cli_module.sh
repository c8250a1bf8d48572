#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: what "vkctl module new" writes builds against nothing but what "make
# proves: install" has installed, and does a call for one container
# timeout: 600

# shellcheck source=tests/host/example.sh
. "$(dirname "$0")/example.sh"

make -s -C "$TOP" tools
examples=$work/new
mkdir "$examples"
(cd "$examples" && "$BUILD/tools/vkctl" module new mine) || die "nothing written"
try_examples mine VKERNEL vkernel skeleton.sh stock
