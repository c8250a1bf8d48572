#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: what "make run" shows is so, on both kernels (short: cli_vm_shell has it)
# kernels: all
# long

exec bash "$(dirname "$0")/demo.sh"
