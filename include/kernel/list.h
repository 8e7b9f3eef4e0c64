/* SPDX-License-Identifier: MIT */
/*
 * list.h - doubly linked circular lists with the link inside the object
 *
 * The head is a link too, so no operation has a special case. A removed link
 * is poisoned: following it faults (the poison lies in page 0).
 * Locking: the caller's.
 */
#ifndef KERNEL_LIST_H
#define KERNEL_LIST_H

#include <kernel/types.h>

/* Page 0 is never mapped, so either value faults with a telling address. */
#define LIST_POISON_NEXT ((struct list_head *)0x100)
#define LIST_POISON_PREV ((struct list_head *)0x122)

#define LIST_HEAD_INIT(name)     \
	{                        \
		&(name), &(name) \
	}
#define LIST_HEAD(name) struct list_head name = LIST_HEAD_INIT(name)

static inline void INIT_LIST_HEAD(struct list_head *head)
{
	head->next = head;
	head->prev = head;
}

static inline void __list_insert(struct list_head *link, struct list_head *prev,
				 struct list_head *next)
{
	next->prev = link;
	link->next = next;
	link->prev = prev;
	prev->next = link;
}

/* Insert behind @head: the list becomes a stack. */
static inline void list_add(struct list_head *link, struct list_head *head)
{
	__list_insert(link, head, head->next);
}

/* Insert before @head: the list becomes a queue. */
static inline void list_add_tail(struct list_head *link, struct list_head *head)
{
	__list_insert(link, head->prev, head);
}

static inline void list_del(struct list_head *link)
{
	link->next->prev = link->prev;
	link->prev->next = link->next;
	link->next = LIST_POISON_NEXT;
	link->prev = LIST_POISON_PREV;
}

static inline void list_del_init(struct list_head *link)
{
	link->next->prev = link->prev;
	link->prev->next = link->next;
	INIT_LIST_HEAD(link);
}

static inline void list_move(struct list_head *link, struct list_head *head)
{
	link->next->prev = link->prev;
	link->prev->next = link->next;
	list_add(link, head);
}

static inline void list_move_tail(struct list_head *link,
				  struct list_head *head)
{
	link->next->prev = link->prev;
	link->prev->next = link->next;
	list_add_tail(link, head);
}

static inline bool list_is_last(const struct list_head *link,
				const struct list_head *head)
{
	return link->next == head;
}

static inline bool list_empty(const struct list_head *head)
{
	return head->next == head;
}

/* Move all of @list to the front of @head; @list is empty afterwards. */
static inline void list_splice_init(struct list_head *list,
				    struct list_head *head)
{
	if (list_empty(list))
		return;
	list->prev->next = head->next;
	head->next->prev = list->prev;
	list->next->prev = head;
	head->next = list->next;
	INIT_LIST_HEAD(list);
}

#define list_entry(ptr, type, member) container_of(ptr, type, member)
#define list_first_entry(head, type, member) \
	list_entry((head)->next, type, member)
#define list_last_entry(head, type, member) \
	list_entry((head)->prev, type, member)
#define list_next_entry(pos, member) \
	list_entry((pos)->member.next, __typeof__(*(pos)), member)
#define list_first_entry_or_null(head, type, member) \
	(list_empty(head) ? NULL : list_first_entry(head, type, member))

#define list_for_each(pos, head) \
	for ((pos) = (head)->next; (pos) != (head); (pos) = (pos)->next)
#define list_for_each_safe(pos, tmp, head)                               \
	for ((pos) = (head)->next, (tmp) = (pos)->next; (pos) != (head); \
	     (pos) = (tmp), (tmp) = (pos)->next)
#define list_for_each_entry(pos, head, member)                             \
	for ((pos) = list_entry((head)->next, __typeof__(*(pos)), member); \
	     &(pos)->member != (head);                                     \
	     (pos) = list_entry((pos)->member.next, __typeof__(*(pos)),    \
				member))
#define list_for_each_entry_reverse(pos, head, member)                     \
	for ((pos) = list_entry((head)->prev, __typeof__(*(pos)), member); \
	     &(pos)->member != (head);                                     \
	     (pos) = list_entry((pos)->member.prev, __typeof__(*(pos)),    \
				member))
#define list_for_each_entry_safe(pos, tmp, head, member)                   \
	for ((pos) = list_entry((head)->next, __typeof__(*(pos)), member), \
	    (tmp) = list_entry((pos)->member.next, __typeof__(*(pos)),     \
			       member);                                    \
	     &(pos)->member != (head);                                     \
	     (pos) = (tmp), (tmp) = list_entry((tmp)->member.next,         \
					       __typeof__(*(tmp)), member))

#endif
