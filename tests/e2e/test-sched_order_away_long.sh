#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: of tasks of a FIFO group that wait on one CPU those that go to another control
# proves: group or to the real-time class and come back at once keep their places, and those
# proves: that others have come and gone behind go to the end; who may run on other CPUs,
# proves: too, and may not again, keeps his place; those that are sent to another CPU run
# proves: there as they came; the order holds on a CPU that goes while they wait, or sleep,
# proves: and comes, and where they go meanwhile; without the policy it does not;
# proves: a thousand rounds of each
# kernels: all
# long
# timeout: 3000

exec "$(dirname "$0")/away.sh" 1000 1000 1000
