/* SPDX-License-Identifier: MIT */
/*
 * rcu_free.h - give memory back once no reader can see it any more
 */
#ifndef MM_RCU_FREE_H
#define MM_RCU_FREE_H

#include <kernel/rcupdate.h>

/**
 * kvfree_call_rcu - kvfree() an object after a grace period
 * @head: in the object, not further in than RCU_FREE_OFFSET_MAX
 * @offset: where in it
 *
 * Context: any but NMI.
 */
void kvfree_call_rcu(struct rcu_head *head, unsigned long offset);

/*
 * kfree_rcu(p, member): p, from kmalloc() or kvmalloc(), is freed when all
 * readers of before this call are done; @member is its struct rcu_head. NULL
 * is harmless.
 */
#define kfree_rcu(p, member)                                                 \
	do {                                                                 \
		__typeof__(p) _rcu_object = (p);                             \
                                                                             \
		static_assert(offsetof(__typeof__(*_rcu_object), member) <   \
				      RCU_FREE_OFFSET_MAX,                   \
			      "kfree_rcu: the head is too far in");          \
		if (_rcu_object)                                             \
			kvfree_call_rcu(                                     \
				&_rcu_object->member,                        \
				offsetof(__typeof__(*_rcu_object), member)); \
	} while (0)
#define kvfree_rcu(p, member) kfree_rcu(p, member)

#endif
