/* SPDX-License-Identifier: MIT */
/*
 * dma_record.c - every mapping there is, by where its memory lies
 *
 * Two questions are asked each time: at map, does another mapping touch these
 * bytes? At unmap and sync, which mapping is this address of? Both are about a
 * place in memory: an address that is not bounced is a physical one, and of the
 * bounce pool's slots the pool knows whose they are.
 *
 * Memory is thought of in granules of 64 KiB. A mapping of up to that size is
 * on the list of the granule that it begins in, of a table hashed by granule;
 * so what touches a byte is on the list of its granule or of the one before.
 * The few longer ones (a frame buffer, a ring) are on one list by themselves.
 * Nothing is ever sorted, and a mapping costs a handful of instructions more
 * than its bookkeeping.
 *
 * A record comes from a memory pool: a mapping is often the last step before
 * memory is freed by I/O, so there must be records when there is no memory. If
 * there is none the mapping is refused; there is none without a record.
 *
 * Devices have a row each for /proc/dma_mappings, found by the device's address;
 * it stays when the device is released, for when it comes back under its name,
 * until its place is needed.
 *
 * Invariants (dma_records_check()):
 *   R1  a record is on the list its place and size say
 *   R2  a row counts the records, and their bytes, that name it
 *   R3  no two records of memory overlap of which one is written by its device
 *
 * Locking: records_lock (irq-safe, rank DMA_RECORD) guards lists and rows. What
 * is found is copied, and told after it is dropped. Any context.
 */
#define pr_fmt(fmt) "dma-records: " fmt
#include <kernel/bug.h>
#include <kernel/module_holding.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/check.h>
#include <mm/mempool.h>
#include <mm/page_ref.h>
#include <mm/slab.h>
#include "dma_internal.h"

#define GRANULE_SHIFT 16
#define GRANULE_BYTES BIT(GRANULE_SHIFT)
#define LISTS 512u
/* Two disk requests of 512 KiB in single pages. */
#define RECORDS_KEPT 256

static spinlock_t records_lock = SPINLOCK_INIT("dma-records", LOCK_DMA_RECORD);
static struct dma_record *lists[LISTS];
static struct dma_record *long_list;
static struct dma_user users[DMA_USERS] = {
	[DMA_USERS - 1] = { .name = "others" },
};
static unsigned long nr_streaming; /* mappings, without coherent memory */
static unsigned long nr_unrecorded; /* refused for want of a record */
static mempool_t record_pool;

struct dma_record *dma_record_new(void)
{
	struct dma_record *r =
		mempool_alloc(&record_pool, GFP_NOWAIT | __GFP_NOWARN);

	if (unlikely(!r))
		__atomic_fetch_add(&nr_unrecorded, 1, __ATOMIC_RELAXED);
	return r;
}

void dma_record_free(struct dma_record *r)
{
	mempool_free(r, &record_pool);
}

/* --- rows ----------------------------------------------------------------------- */

/* A row for a device that has none: that of its name, if it was here before; a
 * fresh one; one where nothing is mapped; or the last. Lock held. */
static struct dma_user *user_new(const struct device *dev)
{
	struct dma_user *row, *last = &users[DMA_USERS - 1], *idle = NULL;
	char name[DMA_USER_NAME_BYTES];

	strscpy(name, dev_name(dev) ? dev_name(dev) : "?", sizeof(name));
	for (row = users; row < last && row->name[0]; row++) {
		if (!row->dev && !strcmp(row->name, name)) {
			row->dev = dev;
			return row;
		}
		if (!row->nr_now && (!idle || !row->dev))
			idle = row;
	}
	if (row == last)
		row = idle ? idle : last;
	if (row != last) {
		*row = (struct dma_user){ .dev = dev };
		memcpy(row->name, name, sizeof(name));
	}
	return row;
}

/* Lock held. The first one is asked first: few machines have more. */
static struct dma_user *user_of(const struct device *dev)
{
	struct dma_user *row = users;

	lockdep_assert_held(&records_lock);
	for (; row < &users[DMA_USERS - 1] && row->name[0]; row++) {
		if (row->dev == dev)
			return row;
	}
	return user_new(dev);
}

bool dma_user_get(unsigned int i, struct dma_user *copy)
{
	unsigned long flags = spin_lock_irqsave(&records_lock);

	*copy = users[i];
	spin_unlock_irqrestore(&records_lock, flags);
	return copy->nr_ever;
}

unsigned long dma_records_missed(void)
{
	return READ_ONCE(nr_unrecorded);
}

/* --- lists ---------------------------------------------------------------------- */

static bool is_long(const struct dma_record *r)
{
	return r->size > GRANULE_BYTES;
}

static u32 granule_of(phys_addr_t phys)
{
	return (u32)(phys >> GRANULE_SHIFT);
}

static struct dma_record **list_of(const struct dma_record *r)
{
	if (unlikely(is_long(r)))
		return &long_list;
	return &lists[granule_of(r->phys) % LISTS];
}

/* The lists that may have what touches [phys, phys + size): of each granule,
 * and of the one before; the long ones come last. */
struct list_walk {
	u32 granule;
	u32 nr_left; /* granules, and then the long list */
};

static struct list_walk lists_around(phys_addr_t phys, size_t size)
{
	u32 first = granule_of(phys), last = granule_of(phys + size - 1);

	return (struct list_walk){
		.granule = first - 1,
		.nr_left = min(last - first + 2, LISTS) + 1,
	};
}

/* Return: false: there are no more. */
static bool next_list(struct list_walk *walk, struct dma_record **list)
{
	if (!walk->nr_left)
		return false;
	*list = --walk->nr_left ? lists[walk->granule++ % LISTS] : long_list;
	return true;
}

/* --- memory that is freed meanwhile --------------------------------------------- */

/* A mapping that touches [phys, phys + size). */
static bool find_touching(phys_addr_t phys, size_t size,
			  struct dma_record *copy)
{
	unsigned long flags = spin_lock_irqsave(&records_lock);
	struct list_walk walk = lists_around(phys, size);
	struct dma_record *pos;
	bool found = false;

	while (!found && next_list(&walk, &pos)) {
		for (; pos && !found; pos = pos->next) {
			found = pos->phys < phys + size &&
				phys < pos->phys + pos->size;
			if (found)
				*copy = *pos;
		}
	}
	spin_unlock_irqrestore(&records_lock, flags);
	return found;
}

/* P49: who frees [phys, phys + size) does so too early. */
static bool tell_freed(phys_addr_t phys, size_t size, unsigned long site)
{
	struct dma_record r;

	if (!find_touching(phys, size, &r))
		return false;
	dma_report_freed(phys, size, &r, site);
	return true;
}

/* A block is held; perhaps by a mapping. */
static bool tell_page(const struct page *head, unsigned long site)
{
	return tell_freed(page_to_phys(head), PAGE_SIZE << page_order(head),
			  site);
}

/* An object is about to be freed, and some are mapped; perhaps this one. */
static bool tell_object(const void *object, size_t bytes, unsigned long site)
{
	return tell_freed(virt_to_phys(object), bytes, site);
}

/* --- onto the lists and off --------------------------------------------------------- */

/* Note beside its slots whose they are; NULL: nobody's. Lock held. */
static void slots_note(const struct dma_record *r, struct dma_record *owner)
{
	struct dma_record **slot = bounce_owner(&bounce_live, r->addr);
	unsigned int i;

	for (i = 0; i < bounce_slots(r->size); i++)
		slot[i] = owner;
}

/* Lock held. What is coherent, or no memory, is no object of a slab. */
static void count_streaming(const struct dma_record *r, int by)
{
	if (r->kind == DMA_KIND_COHERENT || r->kind == DMA_KIND_RESOURCE)
		return;
	nr_streaming += (unsigned long)by;
	if (unlikely(nr_streaming <= 1))
		slab_set_free_guard(nr_streaming ? tell_object : NULL);
}

/* Lock held. */
static void record_link(struct dma_record *r)
{
	struct dma_record **list = list_of(r);

	r->user = user_of(r->dev);
	r->user->nr_now++;
	r->user->bytes_now += r->size;
	r->user->nr_ever++;
	if (r->bounced) {
		r->user->nr_bounced++;
		r->user->bytes_bounced += r->size;
		slots_note(r, r);
	}
	count_streaming(r, 1);
	r->next = *list;
	*list = r;
}

/* Lock held; @r is on its list. */
static void record_unlink(struct dma_record *r)
{
	struct dma_record **link = list_of(r);

	while (*link != r)
		link = &(*link)->next;
	*link = r->next;
	if (r->bounced)
		slots_note(r, NULL);
	count_streaming(r, -1);
	r->user->nr_now--;
	r->user->bytes_now -= r->size;
}

/* --- overlaps ------------------------------------------------------------------- */

/* Registers may be anybody's, and are never RAM: either both are, or none. */
static bool collide(const struct dma_record *a, const struct dma_record *b)
{
	return a->phys < b->phys + b->size && b->phys < a->phys + a->size &&
	       (a->dir != DMA_TO_DEVICE || b->dir != DMA_TO_DEVICE) &&
	       a->kind != DMA_KIND_RESOURCE;
}

/* Another mapping that collides with @r. Lock held. */
static struct dma_record *find_collision(const struct dma_record *r)
{
	struct list_walk walk = lists_around(r->phys, r->size);
	struct dma_record *pos;

	while (next_list(&walk, &pos)) {
		for (; pos; pos = pos->next) {
			if (unlikely(collide(pos, r)) && pos != r)
				return pos;
		}
	}
	return NULL;
}

bool dma_record_add(struct dma_record *r)
{
	unsigned long flags = spin_lock_irqsave(&records_lock);
	struct dma_record *first = find_collision(r), copy;

	if (likely(!first))
		record_link(r);
	else
		copy = *first;
	spin_unlock_irqrestore(&records_lock, flags);
	if (unlikely(first))
		dma_report_twice(r, &copy);
	return !first;
}

/* --- claims --------------------------------------------------------------------- */

static bool claim_is_right(const struct dma_claim *c,
			   const struct dma_record *r)
{
	return r->size == c->size && r->dir == c->dir && r->kind == c->kind;
}

static bool record_has(const struct dma_record *r, const struct dma_claim *c)
{
	return r->dev == c->dev && c->addr - r->addr < r->size;
}

/* The mapping that has the slot at claim->addr, a place in the pool; NULL: it is
 * free, or another device's. Lock held. */
static struct dma_record *find_slot_owner(const struct dma_claim *c)
{
	struct dma_record *r = *bounce_owner(&bounce_live, c->addr);

	return r && record_has(r, c) ? r : NULL;
}

/* The mapping of a list that begins at claim->addr: the one that is claimed, or
 * else @other, or any. A buffer that is only read may be mapped several times. */
static struct dma_record *find_in(struct dma_record *list,
				  const struct dma_claim *c,
				  struct dma_record *other)
{
	for (; list; list = list->next) {
		if (list->addr != c->addr || list->dev != c->dev)
			continue;
		if (likely(claim_is_right(c, list)))
			return list;
		other = list;
	}
	return other;
}

/* Lock held. */
static struct dma_record *find_start(const struct dma_claim *c)
{
	struct dma_record *r;

	if (unlikely(bounce_has(&bounce_live, c->addr))) {
		r = find_slot_owner(c);
		return r && r->addr == c->addr ? r : NULL;
	}
	r = find_in(lists[granule_of(c->addr) % LISTS], c, NULL);
	if (likely(r && claim_is_right(c, r)))
		return r;
	return find_in(long_list, c, r);
}

/* The mapping that claim->addr lies in; best one that has all of the claim, in
 * its direction. Lock held. */
static struct dma_record *find_around(const struct dma_claim *c)
{
	struct list_walk walk = lists_around(c->addr, 1);
	struct dma_record *pos, *found = NULL;

	if (unlikely(bounce_has(&bounce_live, c->addr)))
		return find_slot_owner(c);
	while (next_list(&walk, &pos)) {
		for (; pos; pos = pos->next) {
			if (!record_has(pos, c))
				continue;
			if (c->size <= pos->size - (c->addr - pos->addr) &&
			    c->dir == pos->dir)
				return pos;
			found = pos;
		}
	}
	return found;
}

struct dma_record *dma_record_take(const struct dma_claim *claim)
{
	unsigned long flags = spin_lock_irqsave(&records_lock);
	struct dma_record *r = find_start(claim), *around = NULL, copy;
	bool right = r && claim_is_right(claim, r), mine;

	/* What is coherent is not unmapped, and not freed by guesses. */
	mine = right || (r && r->kind != DMA_KIND_COHERENT &&
			 claim->kind != DMA_KIND_COHERENT);
	if (mine)
		record_unlink(r);
	else if (!r)
		around = find_around(claim);
	if (!right && (r || around))
		copy = r ? *r : *around;
	spin_unlock_irqrestore(&records_lock, flags);
	if (unlikely(!right && r))
		dma_report_claim(claim, &copy);
	else if (unlikely(!r))
		dma_report_not_mapped(claim, around ? &copy : NULL);
	return mine ? r : NULL;
}

static bool sync_is_right(const struct dma_claim *c, const struct dma_record *r)
{
	return c->size <= r->size - (size_t)(c->addr - r->addr) &&
	       (r->dir == c->dir || r->dir == DMA_BIDIRECTIONAL);
}

bool dma_record_around(const struct dma_claim *claim, struct dma_record *copy)
{
	unsigned long flags = spin_lock_irqsave(&records_lock);
	const struct dma_record *r = find_around(claim);

	if (likely(r))
		*copy = *r;
	spin_unlock_irqrestore(&records_lock, flags);
	if (unlikely(!r))
		dma_report_not_mapped(claim, NULL);
	else if (unlikely(!sync_is_right(claim, copy)))
		dma_report_sync(claim, copy);
	else
		return true;
	return false;
}

/* --- devices that go ------------------------------------------------------------ */

/* Move the records of @dev from a list to @taken. Lock held. */
static void take_of_device(struct dma_record *list, const struct device *dev,
			   struct dma_record **taken)
{
	struct dma_record *next;

	for (; list; list = next) {
		next = list->next;
		if (list->dev != dev)
			continue;
		record_unlink(list);
		list->next = *taken;
		*taken = list;
	}
}

struct dma_record *dma_record_take_all(const struct device *dev)
{
	unsigned long flags = spin_lock_irqsave(&records_lock);
	struct dma_record *taken = NULL;
	struct dma_user *row;
	unsigned int i;

	for (i = 0; i < LISTS; i++)
		take_of_device(lists[i], dev, &taken);
	take_of_device(long_list, dev, &taken);
	for (row = users; row < &users[DMA_USERS - 1]; row++) {
		if (row->dev == dev)
			row->dev = NULL;
	}
	spin_unlock_irqrestore(&records_lock, flags);
	return taken;
}

/* Memory that a module has mapped, or has coherent. Lock held. */
static void find_in_module(struct module_search *search, const char *kind,
			   const struct dma_record *list)
{
	for (; list; list = list->next) {
		if (module_search_has_site(search, list->site))
			module_holding_found(search, kind, list->dev,
					     (const void *)list->site);
	}
}

/* A device that writes into memory of a module that is gone, or one whose
 * driver, who would unmap, is. */
static void mappings_find(struct module_search *search, const char *kind)
{
	unsigned long flags = spin_lock_irqsave(&records_lock);
	unsigned int i;

	for (i = 0; i < LISTS; i++)
		find_in_module(search, kind, lists[i]);
	find_in_module(search, kind, long_list);
	spin_unlock_irqrestore(&records_lock, flags);
}
MODULE_HOLDING(dma_mappings, "dma-mapping", mappings_find);

/* --- the checker ---------------------------------------------------------------- */

static int violation(const char *label, const struct dma_record *r)
{
	pr_err("%s phys=%#llx len=%zu dev=%s\n", label, r->phys, r->size,
	       r->user->name);
	return 1;
}

/* What one list adds up to, for R2. */
struct user_sum {
	unsigned long nr;
	u64 bytes;
};

/* Lock held. */
static int check_list(struct dma_record **list, struct user_sum *sums)
{
	struct dma_record *r;
	int bad = 0;

	for (r = *list; r; r = r->next) {
		struct user_sum *sum = &sums[r->user - users];

		sum->nr++;
		sum->bytes += r->size;
		if (list_of(r) != list)
			bad += violation("R1", r);
		if (find_collision(r))
			bad += violation("R3", r);
	}
	return bad;
}

static int dma_records_check(void)
{
	struct user_sum sums[DMA_USERS] = { { 0 } };
	unsigned long flags = spin_lock_irqsave(&records_lock);
	unsigned int i;
	int bad = check_list(&long_list, sums);

	for (i = 0; i < LISTS; i++)
		bad += check_list(&lists[i], sums);
	for (i = 0; i < DMA_USERS; i++) {
		if (sums[i].nr == users[i].nr_now &&
		    sums[i].bytes == users[i].bytes_now)
			continue;
		pr_err("R2 row=%s now=%lu counted=%lu\n", users[i].name,
		       users[i].nr_now, sums[i].nr);
		bad++;
	}
	spin_unlock_irqrestore(&records_lock, flags);
	return bad;
}
MM_CHECK(dma_records, "dma-records", dma_records_check);

/* --- start-up ------------------------------------------------------------------- */

void dma_mappings_init(void)
{
	struct kmem_cache *cache = KMEM_CACHE(dma_record, 0);

	page_set_hold_teller(tell_page);
	if (!cache ||
	    mempool_init(&record_pool, RECORDS_KEPT, mempool_alloc_slab,
			 mempool_free_slab, cache))
		panic("dma: no memory for the records of mappings");
}
