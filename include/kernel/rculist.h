/* SPDX-License-Identifier: MIT */
/*
 * rculist.h - lists that readers walk without a lock
 *
 * Writers hold a lock against each other; a link that was taken out keeps its
 * way forward, so that a reader who stands on it gets on. Free it after a
 * grace period.
 */
#ifndef KERNEL_RCULIST_H
#define KERNEL_RCULIST_H

#include <kernel/list.h>
#include <kernel/rcupdate.h>

static inline void __list_add_rcu(struct list_head *link,
				  struct list_head *prev,
				  struct list_head *next)
{
	link->next = next;
	link->prev = prev;
	/* The link is complete before a reader can find it. */
	smp_store_release(&prev->next, link);
	next->prev = link;
}

static inline void list_add_rcu(struct list_head *link, struct list_head *head)
{
	__list_add_rcu(link, head, head->next);
}

static inline void list_add_tail_rcu(struct list_head *link,
				     struct list_head *head)
{
	__list_add_rcu(link, head->prev, head);
}

/* list_empty() says nothing of @link afterwards. */
static inline void list_del_rcu(struct list_head *link)
{
	link->next->prev = link->prev;
	WRITE_ONCE(link->prev->next, link->next);
	link->prev = LIST_POISON_PREV;
}

/* Put @link in the place of @old. */
static inline void list_replace_rcu(struct list_head *old,
				    struct list_head *link)
{
	link->next = old->next;
	link->prev = old->prev;
	smp_store_release(&link->prev->next, link);
	link->next->prev = link;
	old->prev = LIST_POISON_PREV;
}

#define list_entry_rcu(ptr, type, member) \
	container_of(rcu_dereference(ptr), type, member)
#define list_first_or_null_rcu(head, type, member)                           \
	({                                                                   \
		struct list_head *_head = (head);                            \
		struct list_head *_first = rcu_dereference(_head->next);     \
                                                                             \
		_first == _head ? NULL : container_of(_first, type, member); \
	})
#define list_for_each_entry_rcu(pos, head, member, ...)                        \
	for ((pos) = list_entry_rcu((head)->next, __typeof__(*(pos)), member); \
	     &(pos)->member != (head);                                         \
	     (pos) = list_entry_rcu((pos)->member.next, __typeof__(*(pos)),    \
				    member))

#endif
