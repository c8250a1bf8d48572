// SPDX-License-Identifier: GPL-2.0
#include <linux/jiffies.h>

#include "adaptive.h"

/* So many bursts, and how long they are together at least if an order pays. */
#define BURSTS 16
#define BURSTS_LEAST (BURSTS * 50 * NSEC_PER_USEC)
#define SHORT_FOR (HZ / 10)

void adaptive_slept(struct fifo *fifo, u64 ran)
{
	struct fifo_bursts *bursts = &fifo->bursts;

	bursts->sum += ran;
	if (++bursts->count < BURSTS)
		return;
	if (bursts->sum < BURSTS_LEAST) {
		bursts->are_short = true;
		bursts->until = jiffies + SHORT_FOR;
	}
	bursts->sum = 0;
	bursts->count = 0;
}

void adaptive_change(struct fifo *fifo, bool is_normal)
{
	/* Slices go on: or each change would give a new one. */
	WRITE_ONCE(fifo->is_normal, is_normal);
	if (fifo->policy == FIFO_ADAPTIVE)
		fifo->counts.switches++;
}
