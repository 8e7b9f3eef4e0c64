/* SPDX-License-Identifier: MIT */
/*
 * rcu_free.c - kfree_rcu(): core's callbacks meet the allocators
 *
 * core/rcu.c keeps no function for such an object, only where in it the head
 * lies, and hands the object back here.
 */
#include <mm/rcu_free.h>
#include <mm/slab.h>

void kvfree_call_rcu(struct rcu_head *head, unsigned long offset)
{
	call_rcu_free(head, offset, kvfree);
}
