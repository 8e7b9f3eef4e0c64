/* SPDX-License-Identifier: MIT */
/*
 * ratelimit.c - lines that would come too often
 *
 * Locking: none that waits: who finds another at work in the same state does
 * not print, and is counted when that is possible. So it works in any context.
 */
#include <kernel/export.h>
#include <kernel/jiffies.h>
#include <kernel/printk.h>
#include <kernel/ratelimit.h>

/* Begin the next interval, if this one is over. @rs is ours. */
static void interval_begin(struct ratelimit_state *rs, const char *func)
{
	unsigned long now = jiffies;

	if (rs->begun &&
	    !time_is_before_jiffies(rs->begin + (unsigned long)rs->interval))
		return;
	if (rs->missed)
		printk(KERN_WARNING "%s: %d callbacks suppressed\n", func,
		       rs->missed);
	rs->begun = true;
	rs->begin = now;
	rs->printed = 0;
	rs->missed = 0;
}

int ___ratelimit(struct ratelimit_state *rs, const char *func)
{
	int may;

	if (!rs->interval)
		return 1;
	if (__atomic_exchange_n(&rs->busy, true, __ATOMIC_ACQUIRE))
		return 0;
	interval_begin(rs, func);
	may = rs->printed < rs->burst;
	if (may)
		rs->printed++;
	else
		rs->missed++;
	__atomic_store_n(&rs->busy, false, __ATOMIC_RELEASE);
	return may;
}
EXPORT_SYMBOL(___ratelimit);

static DEFINE_RATELIMIT_STATE(printk_rs, DEFAULT_RATELIMIT_INTERVAL,
			      DEFAULT_RATELIMIT_BURST);

int __printk_ratelimit(const char *func)
{
	return ___ratelimit(&printk_rs, func);
}
EXPORT_SYMBOL(__printk_ratelimit);
