/* SPDX-License-Identifier: MIT */
/*
 * devres.c - what a driver has, in the order it was taken; see devres.h
 *
 * A resource is a small record before the bytes that its kind wants to keep. The
 * records of a device are a list, the newest first: so giving back goes from the
 * front, one at a time, and what a release() adds or takes away meanwhile is
 * seen.
 *
 * Invariants:
 *   R1  a record is in the list of one device, or somebody's who removed it
 *   R2  release() is called with the record in no list and no lock held
 *
 * Locking: devres_lock, irq-safe, rank DEVRES, guards the lists of all devices.
 * match() is called with it held.
 *
 * Not here: interrupts and ranges (devres_io.c), DMA and PCI (drivers/bus).
 */
#include <fs/devres.h>
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/string.h>
#include <kernel/vsnprintf.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>

struct devres_node {
	struct devres_node *next; /* older; NULL: the oldest, or in no list */
	dr_release_t release;
	const char *name; /* of release(), for who looks with a debugger */
	u8 data[] __aligned(8);
};

static spinlock_t devres_lock = SPINLOCK_INIT("devres", LOCK_DEVRES);

static struct devres_node *node_of(void *res)
{
	return container_of(res, struct devres_node, data);
}

/* --- the list ---------------------------------------------------------------- */

void *__devres_alloc(dr_release_t release, size_t size, gfp_t gfp,
		     const char *name)
{
	struct devres_node *node;

	if (size > KMALLOC_MAX_SIZE)
		return NULL;
	node = kmalloc(sizeof(*node) + size, gfp | __GFP_ZERO);
	if (!node)
		return NULL;
	node->release = release;
	node->name = name;
	return node->data;
}
EXPORT_SYMBOL_GPL(__devres_alloc);

void devres_free(void *res)
{
	if (res)
		kfree(node_of(res));
}
EXPORT_SYMBOL_GPL(devres_free);

/* Lock held. */
static void devres_push(struct device *dev, struct devres_node *node)
{
	/* Who would give it back? */
	WARN_ON(!dev->driver && !dev->class);
	node->next = dev->devres;
	dev->devres = node;
}

void devres_add(struct device *dev, void *res)
{
	unsigned long flags = spin_lock_irqsave(&devres_lock);

	devres_push(dev, node_of(res));
	spin_unlock_irqrestore(&devres_lock, flags);
}
EXPORT_SYMBOL_GPL(devres_add);

/* Where the list points to the one that is looked for. Lock held. */
static struct devres_node **devres_link(struct device *dev,
					dr_release_t release, dr_match_t match,
					void *match_data)
{
	struct devres_node **link;

	for (link = &dev->devres; *link; link = &(*link)->next) {
		if ((*link)->release == release &&
		    (!match || match(dev, (*link)->data, match_data)))
			break;
	}
	return link;
}

void *devres_find(struct device *dev, dr_release_t release, dr_match_t match,
		  void *match_data)
{
	unsigned long flags = spin_lock_irqsave(&devres_lock);
	struct devres_node *node =
		*devres_link(dev, release, match, match_data);

	spin_unlock_irqrestore(&devres_lock, flags);
	return node ? node->data : NULL;
}
EXPORT_SYMBOL_GPL(devres_find);

void *devres_get(struct device *dev, void *new_res, dr_match_t match,
		 void *match_data)
{
	struct devres_node *mine = node_of(new_res), *node;
	unsigned long flags = spin_lock_irqsave(&devres_lock);

	node = *devres_link(dev, mine->release, match, match_data);
	if (!node)
		devres_push(dev, mine);
	spin_unlock_irqrestore(&devres_lock, flags);
	if (!node)
		return new_res;
	devres_free(new_res);
	return node->data;
}
EXPORT_SYMBOL_GPL(devres_get);

void *devres_remove(struct device *dev, dr_release_t release, dr_match_t match,
		    void *match_data)
{
	unsigned long flags = spin_lock_irqsave(&devres_lock);
	struct devres_node **link =
		devres_link(dev, release, match, match_data);
	struct devres_node *node = *link;

	if (node) {
		*link = node->next;
		node->next = NULL;
	}
	spin_unlock_irqrestore(&devres_lock, flags);
	return node ? node->data : NULL;
}
EXPORT_SYMBOL_GPL(devres_remove);

int devres_destroy(struct device *dev, dr_release_t release, dr_match_t match,
		   void *match_data)
{
	void *res = devres_remove(dev, release, match, match_data);

	devres_free(res);
	return res ? 0 : -ENOENT;
}
EXPORT_SYMBOL_GPL(devres_destroy);

int devres_release(struct device *dev, dr_release_t release, dr_match_t match,
		   void *match_data)
{
	void *res = devres_remove(dev, release, match, match_data);

	if (!res)
		return -ENOENT;
	release(dev, res);
	devres_free(res);
	return 0;
}
EXPORT_SYMBOL_GPL(devres_release);

/* The newest one, off the list; NULL: it is empty. */
static struct devres_node *devres_pop(struct device *dev)
{
	unsigned long flags = spin_lock_irqsave(&devres_lock);
	struct devres_node *node = dev->devres;

	if (node)
		dev->devres = node->next;
	spin_unlock_irqrestore(&devres_lock, flags);
	return node;
}

int devres_release_all(struct device *dev)
{
	struct devres_node *node;
	int nr = 0;

	while ((node = devres_pop(dev))) {
		node->release(dev, node->data);
		kfree(node);
		nr++;
	}
	return nr;
}

/* --- actions -------------------------------------------------------------------- */

struct devres_action {
	void (*action)(void *data);
	void *data;
};

static void devm_action_release(struct device *dev, void *res)
{
	struct devres_action *a = res;

	(void)dev;
	a->action(a->data);
}

static int devm_action_match(struct device *dev, void *res, void *match_data)
{
	struct devres_action *a = res, *wanted = match_data;

	(void)dev;
	return a->action == wanted->action && a->data == wanted->data;
}

int devm_add_action(struct device *dev, void (*action)(void *data), void *data)
{
	struct devres_action *a =
		devres_alloc(devm_action_release, sizeof(*a), GFP_KERNEL);

	if (!a)
		return -ENOMEM;
	*a = (struct devres_action){ action, data };
	devres_add(dev, a);
	return 0;
}
EXPORT_SYMBOL_GPL(devm_add_action);

int devm_add_action_or_reset(struct device *dev, void (*action)(void *data),
			     void *data)
{
	int err = devm_add_action(dev, action, data);

	if (err)
		action(data);
	return err;
}
EXPORT_SYMBOL_GPL(devm_add_action_or_reset);

void devm_remove_action(struct device *dev, void (*action)(void *data),
			void *data)
{
	struct devres_action wanted = { action, data };

	WARN_ON(devres_destroy(dev, devm_action_release, devm_action_match,
			       &wanted));
}
EXPORT_SYMBOL_GPL(devm_remove_action);

void devm_release_action(struct device *dev, void (*action)(void *data),
			 void *data)
{
	struct devres_action wanted = { action, data };

	WARN_ON(devres_release(dev, devm_action_release, devm_action_match,
			       &wanted));
}
EXPORT_SYMBOL_GPL(devm_release_action);

/* --- memory ----------------------------------------------------------------------- */

/* It is freed with its record. */
static void devm_kmalloc_release(struct device *dev, void *res)
{
	(void)dev;
	(void)res;
}

static int devm_memory_match(struct device *dev, void *res, void *match_data)
{
	(void)dev;
	return res == match_data;
}

void *devm_kmalloc(struct device *dev, size_t size, gfp_t gfp)
{
	struct devres_node *node;

	if (!size)
		return ZERO_SIZE_PTR;
	if (size > KMALLOC_MAX_SIZE)
		return NULL;
	node = kmalloc(sizeof(*node) + size, gfp);
	if (!node)
		return NULL;
	node->release = devm_kmalloc_release;
	node->name = "devm_kmalloc_release";
	devres_add(dev, node->data);
	return node->data;
}
EXPORT_SYMBOL_GPL(devm_kmalloc);

void *devm_kmemdup(struct device *dev, const void *src, size_t len, gfp_t gfp)
{
	void *p = devm_kmalloc(dev, len, gfp);

	return p && len ? memcpy(p, src, len) : p;
}
EXPORT_SYMBOL_GPL(devm_kmemdup);

char *devm_kstrdup(struct device *dev, const char *s, gfp_t gfp)
{
	return s ? devm_kmemdup(dev, s, strlen(s) + 1, gfp) : NULL;
}
EXPORT_SYMBOL_GPL(devm_kstrdup);

char *devm_kvasprintf(struct device *dev, gfp_t gfp, const char *fmt,
		      va_list args)
{
	va_list again;
	size_t bytes;
	char *text;

	va_copy(again, args);
	bytes = (size_t)vsnprintf(NULL, 0, fmt, again) + 1;
	va_end(again);
	text = devm_kmalloc(dev, bytes, gfp);
	if (text)
		vsnprintf(text, bytes, fmt, args);
	return text;
}
EXPORT_SYMBOL_GPL(devm_kvasprintf);

char *devm_kasprintf(struct device *dev, gfp_t gfp, const char *fmt, ...)
{
	va_list args;
	char *text;

	va_start(args, fmt);
	text = devm_kvasprintf(dev, gfp, fmt, args);
	va_end(args);
	return text;
}
EXPORT_SYMBOL_GPL(devm_kasprintf);

void devm_kfree(struct device *dev, const void *p)
{
	if (!ZERO_OR_NULL_PTR(p))
		WARN_ON(devres_destroy(dev, devm_kmalloc_release,
				       devm_memory_match,
				       (void *)(unsigned long)p));
}
EXPORT_SYMBOL_GPL(devm_kfree);

struct devres_pages {
	unsigned long addr;
	unsigned int order;
};

static void devm_pages_release(struct device *dev, void *res)
{
	struct devres_pages *pages = res;

	(void)dev;
	free_pages(pages->addr, pages->order);
}

static int devm_pages_match(struct device *dev, void *res, void *match_data)
{
	struct devres_pages *pages = res;

	(void)dev;
	return pages->addr == (unsigned long)match_data;
}

unsigned long devm_get_free_pages(struct device *dev, gfp_t gfp,
				  unsigned int order)
{
	struct devres_pages *pages =
		devres_alloc(devm_pages_release, sizeof(*pages), GFP_KERNEL);

	if (!pages)
		return 0;
	pages->addr = __get_free_pages(gfp, order);
	pages->order = order;
	if (!pages->addr) {
		devres_free(pages);
		return 0;
	}
	devres_add(dev, pages);
	return pages->addr;
}
EXPORT_SYMBOL_GPL(devm_get_free_pages);

void devm_free_pages(struct device *dev, unsigned long addr)
{
	WARN_ON(devres_release(dev, devm_pages_release, devm_pages_match,
			       (void *)addr));
}
EXPORT_SYMBOL_GPL(devm_free_pages);
