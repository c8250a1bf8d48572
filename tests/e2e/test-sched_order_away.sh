#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: of tasks of a FIFO group that wait on one CPU those that go to another control
# proves: group or to the real-time class and come back at once keep their places, and those
# proves: that others have come and gone behind go to the end; who may run on other CPUs,
# proves: too, and may not again, keeps his place; the order holds on a CPU
# proves: that goes and comes, and where its tasks go meanwhile; without the policy it does not
# kernels: all-long
# timeout: 900

exec "$(dirname "$0")/away.sh" 100 10 20
