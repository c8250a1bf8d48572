#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: hookcore_nmi, with 10,000 installs and more
# kernels: all
# append: apic_extnmi=all
# timeout: 3600
# long

exec bash "$(dirname "$0")/nmi.sh" 220 10000
