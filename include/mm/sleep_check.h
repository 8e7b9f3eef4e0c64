/* SPDX-License-Identifier: MIT */
/*
 * sleep_check.h - may this request sleep here?
 *
 * A request that may sleep, made where nobody may, is reported each time,
 * whether or not it would have slept. It is then served as far as that goes
 * without sleeping: the report is the harm done, not a machine that hangs.
 */
#ifndef MM_SLEEP_CHECK_H
#define MM_SLEEP_CHECK_H

#include <kernel/preempt.h>
#include <mm/gfp.h>

/* Is sleeping forbidden to this context? Start-up may "sleep" anywhere. */
static __always_inline bool sleep_is_forbidden(void)
{
	return unlikely(in_atomic() || irqs_disabled()) && system_running;
}

/**
 * gfp_check_sleep - report a request that may not sleep here
 * @what: the function, as the report names it; @site: who called it
 *
 * Return: @gfp, less what lets it sleep if that was reported.
 */
static __always_inline gfp_t gfp_check_sleep(gfp_t gfp, const char *what,
					     unsigned long site)
{
	if (!gfp_may_sleep(gfp) || !sleep_is_forbidden())
		return gfp;
	__might_sleep(what, site);
	return gfp & ~(__GFP_DIRECT_RECLAIM | __GFP_NOFAIL);
}

#endif
