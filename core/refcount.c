/* SPDX-License-Identifier: MIT */
/* refcount.c - what is said when a counter of references is misused. */
#include <kernel/bug.h>
#include <kernel/export.h>
#include <kernel/refcount.h>

void refcount_warn(refcount_t *r, enum refcount_fault fault, unsigned long site)
{
	static const char *const text[] = {
		[REFCOUNT_ADD_ON_ZERO] = "raised from 0: the object is gone",
		[REFCOUNT_UNDERFLOW] = "given back too often",
		[REFCOUNT_OVERFLOW] = "would overflow: it leaks",
	};
	struct report_sites sites = { .at = site };

	atomic_set(&r->refs, REFCOUNT_SATURATED);
	mm_report("refcount", &sites, "obj=%p %s", (void *)r, text[fault]);
}
EXPORT_SYMBOL(refcount_warn);
