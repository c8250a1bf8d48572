// SPDX-License-Identifier: GPL-2.0
#include <linux/jiffies.h>

#include "adaptive.h"

/* So many bursts, and how long they are together at least if an order pays. */
#define BURSTS 16
#define BURSTS_LEAST (BURSTS * 50 * NSEC_PER_USEC)
#define SHORT_FOR (HZ / 10)

/*
 * For how many times the guard's time there is no order when one has waited for
 * that; if it is so again as soon as there is one, it will not change so soon,
 * and a part of that time is enough to see it.
 */
#define LONG_FACTOR 10
#define LONG_AGAIN 100
#define LONG_PART 4

static void turn_off(struct fifo_seen *seen, unsigned long ticks)
{
	seen->is_off = true;
	seen->until = jiffies + ticks;
}

void adaptive_slept(struct fifo *fifo, u64 ran)
{
	struct fifo_seen *seen = &fifo->seen;

	seen->bursts += ran;
	if (++seen->count < BURSTS)
		return;
	if (seen->bursts < BURSTS_LEAST)
		turn_off(seen, SHORT_FOR);
	seen->bursts = 0;
	seen->count = 0;
}

bool adaptive_looked(struct fifo *fifo, const struct sched_entity *curr)
{
	unsigned long ticks = nsecs_to_jiffies(fifo->guard) ?: 1;
	struct fifo_seen *seen = &fifo->seen;
	bool is_again = time_before(jiffies, seen->again);
	u64 most = is_again ? fifo->guard / LONG_PART : fifo->guard;

	if (fifo->policy != FIFO_ADAPTIVE || !seen->waits ||
	    adaptive_ran(curr) - seen->since <= most)
		return false;
	turn_off(seen, (is_again ? LONG_AGAIN : LONG_FACTOR) * ticks);
	seen->again = seen->until + 2 * ticks;
	/* Also tells that it waits no longer in an order. */
	adaptive_choose(fifo);
	return true;
}

void adaptive_forget(struct fifo *fifo)
{
	fifo->seen = (struct fifo_seen){ .again = jiffies };
}

void adaptive_change(struct fifo *fifo, bool is_normal)
{
	/* Slices go on: or each change would give a new one. */
	WRITE_ONCE(fifo->is_normal, is_normal);
	/* Who waits is seen only where there is an order. */
	fifo->seen.waits = NULL;
	if (fifo->policy == FIFO_ADAPTIVE)
		fifo->counts.switches++;
}
