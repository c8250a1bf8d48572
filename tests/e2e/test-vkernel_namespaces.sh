#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: no combination of new pid, user, mount and cgroup namespaces, by clone3,
# proves: unshare or setns, leads out of a vkernel: not the task itself, its child,
# proves: nor what that executes
# kernels: all-long

exec "$(dirname "$0")/namespaces.sh" 4
