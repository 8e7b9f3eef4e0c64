/* SPDX-License-Identifier: MIT */
/*
 * cache.c - a cache of objects, with a constructor
 *
 * Tickets are all of one size and come and go, so they have a cache of their
 * own: a line of /proc/slabinfo. The constructor runs once for each object, when
 * the memory for some of them arrives, and not at every kmem_cache_alloc(): what
 * it has set must be so again when the object is freed.
 */
#define pr_fmt(fmt) "cache: " fmt
#include <linux/atomic.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/slab.h>

static unsigned int objects = 100;
module_param(objects, uint, 0444);
MODULE_PARM_DESC(objects, "how many tickets to hold, up to 100000");
#define OBJECTS_MOST 100000

struct ticket {
	struct list_head list; /* empty while nobody has the ticket */
	unsigned int nr;
	char text[84];
};

static struct kmem_cache *tickets;
static LIST_HEAD(held);
static atomic_t constructed = ATOMIC_INIT(0);

static void ticket_construct(void *object)
{
	struct ticket *ticket = object;

	INIT_LIST_HEAD(&ticket->list);
	atomic_inc(&constructed);
}

static void tickets_free(void)
{
	struct ticket *ticket, *next;

	list_for_each_entry_safe(ticket, next, &held, list) {
		/* As the constructor left it. */
		list_del_init(&ticket->list);
		kmem_cache_free(tickets, ticket);
	}
}

static int tickets_take(void)
{
	unsigned int i;

	for (i = 0; i < objects; i++) {
		struct ticket *ticket = kmem_cache_alloc(tickets, GFP_KERNEL);

		if (!ticket)
			return -ENOMEM;
		ticket->nr = i;
		list_add(&ticket->list, &held);
	}
	return 0;
}

static int __init cache_init(void)
{
	int err;

	if (objects > OBJECTS_MOST) {
		pr_err("objects=%u: at most %d\n", objects, OBJECTS_MOST);
		return -EINVAL;
	}
	tickets = kmem_cache_create("tickets", sizeof(struct ticket), 0,
				    SLAB_HWCACHE_ALIGN, ticket_construct);
	if (!tickets)
		return -ENOMEM;
	err = tickets_take();
	if (err)
		goto out_cache;
	pr_info("%u tickets of %u bytes held, %d constructed\n", objects,
		kmem_cache_size(tickets), atomic_read(&constructed));
	/* Freed and taken again: nothing is constructed a second time. */
	tickets_free();
	err = tickets_take();
	if (err)
		goto out_cache;
	pr_info("freed and taken again: %d constructed\n",
		atomic_read(&constructed));
	return 0;

out_cache:
	tickets_free();
	kmem_cache_destroy(tickets);
	return err;
}

static void __exit cache_exit(void)
{
	tickets_free();
	kmem_cache_destroy(tickets);
}

module_init(cache_init);
module_exit(cache_exit);
MODULE_DESCRIPTION("a cache of objects, with a constructor");
MODULE_LICENSE("Dual MIT/GPL");
