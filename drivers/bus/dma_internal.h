/* SPDX-License-Identifier: MIT */
/*
 * dma_internal.h - what the DMA API's rooms share
 *
 * Who calls whom, downwards only:
 *
 *   dma_sg.c  dma_coherent.c  dma_mapping.c    what drivers call
 *   dma_map.c                                  one mapping, whatever it is for
 *   dma_record.c  dma_bounce.c  dma_memory.c   on record, copied, fit for it?
 *   dma_device.c  dma_report.c                 what it can; what is wrong
 */
#ifndef DRIVERS_BUS_DMA_INTERNAL_H
#define DRIVERS_BUS_DMA_INTERNAL_H

#include <kernel/dma_mapping.h>
#include <kernel/spinlock.h>
#include <kernel/util.h>

/* How memory came to be a device's: it must go back the same way. */
#define DMA_KINDS(X)                    \
	X(SINGLE, "dma_map_single")     \
	X(SG, "dma_map_sg")             \
	X(RESOURCE, "dma_map_resource") \
	X(COHERENT, "dma_alloc_coherent")
#define DMA_KIND_AS_ENUM(id, name) DMA_KIND_##id,
enum dma_kind { DMA_KINDS(DMA_KIND_AS_ENUM) NR_DMA_KINDS };

/* A row of /proc/dma_mappings. The last one is for all devices that came when
 * the others were taken. */
#define DMA_USERS 24u
#define DMA_USER_NAME_BYTES 20u
struct dma_user {
	const struct device
		*dev; /* NULL: the row is free, or its device gone */
	char name[DMA_USER_NAME_BYTES]; /* "": nobody has had the row yet */
	unsigned long nr_now; /* mappings, coherent ones included */
	u64 bytes_now;
	u64 nr_ever;
	u64 nr_bounced; /* mappings, ever */
	u64 bytes_bounced;
};

/* One mapping. Set before it is in the table, then read-only. */
struct dma_record {
	struct dma_record *next; /* in its list */
	struct dma_user *user; /* set by the table */
	const struct device *dev;
	dma_addr_t addr; /* what the device was told */
	phys_addr_t phys; /* where the memory is */
	size_t size; /* bytes */
	unsigned long site; /* who mapped it */
	u8 dir; /* enum dma_data_direction */
	u8 kind; /* enum dma_kind */
	bool bounced; /* addr lies in the bounce pool */
};

/* --- dma_bounce.c ---------------------------------------------------------- */

/* The unit of the pool, Linux's. */
#define BOUNCE_SLOT_SHIFT 11
#define BOUNCE_SLOT_BYTES BIT(BOUNCE_SLOT_SHIFT)
/* The most that one mapping gets, Linux's, too. */
#define BOUNCE_MAX_SLOTS 128u

/* Slots in a row in memory that every device reaches. */
struct bounce_pool {
	/* Set once. */
	phys_addr_t phys;
	unsigned int nr_slots; /* 0: no pool */
	/* A mapping for each of its slots; the record table's, under its lock. */
	struct dma_record **owner;

	/* Guarded by @lock. */
	spinlock_t lock;
	unsigned long *map; /* a bit a slot: it is taken */
	unsigned int nr_used;
	unsigned int nr_peak;
	unsigned long nr_refused; /* requests, ever */
};

/* What a request's address must be like. */
struct bounce_place {
	u64 mask; /* the highest address */
	u64 boundary; /* a mask of ones: no line of that is crossed */
};

/* The machine's own; of no slots if there is none. */
extern struct bounce_pool bounce_live;

/* The most that a mapping of a device with these limits can have. */
size_t bounce_max_bytes(const struct bounce_pool *pool, u64 boundary);

/**
 * bounce_take - slots for @size bytes
 *
 * First fit; from a page's size on at a page's start.
 * Return: their address; DMA_MAPPING_ERROR: there is no such place (counted).
 */
dma_addr_t bounce_take(struct bounce_pool *pool, size_t size,
		       const struct bounce_place *place);
void bounce_give(struct bounce_pool *pool, dma_addr_t addr, size_t size);

/* Does @addr lie in the pool? */
static inline bool bounce_has(const struct bounce_pool *pool, dma_addr_t addr)
{
	return addr - pool->phys < (dma_addr_t)pool->nr_slots
					   << BOUNCE_SLOT_SHIFT;
}

/* The owner's entry for @addr, which lies in the pool. */
static inline struct dma_record **bounce_owner(const struct bounce_pool *pool,
					       dma_addr_t addr)
{
	return &pool->owner[(addr - pool->phys) >> BOUNCE_SLOT_SHIFT];
}

/* Slots that @size bytes take. */
static inline unsigned int bounce_slots(size_t size)
{
	return (unsigned int)DIV_ROUND_UP(size, BOUNCE_SLOT_BYTES);
}

/* Copy @len bytes at @offset of a bounced mapping; pages may be high. */
void bounce_copy_in(const struct dma_record *r, size_t offset, size_t len);
void bounce_copy_out(const struct dma_record *r, size_t offset, size_t len);

/* Is everything to be bounced (swiotlb=force)? */
bool bounce_is_forced(void);

/**
 * bounce_pool_init - a pool of slots that are all free
 * @map, @owner: zeroed, room for @nr_slots
 */
void bounce_pool_init(struct bounce_pool *pool, phys_addr_t phys,
		      unsigned int nr_slots, unsigned long *map,
		      struct dma_record **owner);

/* Return: violations of the pool's invariants. */
int bounce_pool_check(struct bounce_pool *pool);

/* --- dma_device.c ---------------------------------------------------------- */

/* Can the device send every address of [addr, addr + size)? */
static inline bool dma_reaches(u64 mask, dma_addr_t addr, size_t size)
{
	return addr <= mask && size - 1 <= mask - addr;
}

/**
 * dma_device_refused - is @dev one that does DMA?
 * Return: true, after a report (dma-device), if not.
 */
bool dma_device_refused(const struct device *dev, const char *call,
			unsigned long site);

/* --- dma_memory.c ---------------------------------------------------------- */

/**
 * dma_memory_hold - [phys, phys + size) is to be a device's
 *
 * Return: true: its blocks stay until dma_memory_release(); false, after a
 * report (dma-bad-address): a part is no memory to give away, nothing is held.
 */
bool dma_memory_hold(const struct dma_record *r);
void dma_memory_release(const struct dma_record *r);

/* Is [phys, phys + size) another device's, no frame of it RAM? Else a report
 * (dma-bad-address ram). The range does not wrap. */
bool dma_memory_is_devices(const struct dma_record *r);

/* Is @ptr in the direct map? Else dma-bad-address says what it is. */
bool dma_pointer_is_memory(const struct device *dev, const void *ptr,
			   unsigned long site);

/* --- dma_record.c ---------------------------------------------------------- */

/* A record, to be written whole; NULL: no memory for it, which is counted. */
struct dma_record *dma_record_new(void);
void dma_record_free(struct dma_record *r);

/**
 * dma_record_add - @r is mapped from here on
 * Return: false, after a report (dma-state mapped-twice), if a part of its
 * memory is mapped already, and one of the two devices writes.
 */
bool dma_record_add(struct dma_record *r);

/* What a driver says of a mapping. */
struct dma_claim {
	const struct device *dev;
	dma_addr_t addr;
	size_t size;
	enum dma_data_direction dir;
	enum dma_kind kind;
	unsigned long site;
};

/**
 * dma_record_take - the mapping at claim->addr, off the table
 *
 * What the claim has wrong is reported (dma-state); a mapping is taken all the
 * same, for the device is done with it, but coherent memory stays.
 * Return: the caller's from here on; NULL: there is none.
 */
struct dma_record *dma_record_take(const struct dma_claim *claim);

/**
 * dma_record_around - the mapping that has [claim->addr, + claim->size)
 * @copy: of it; the mapping stays
 * Return: false, after a report (dma-state): there is none, it is shorter, or
 * has another direction.
 */
bool dma_record_around(const struct dma_claim *claim, struct dma_record *copy);

/**
 * dma_record_take_all - all mappings of a device that is gone, off the table
 * Return: a chain of them through next, the caller's; its row is history.
 */
struct dma_record *dma_record_take_all(const struct device *dev);

/* Row @i, copied. Return: false: nobody has had it. */
bool dma_user_get(unsigned int i, struct dma_user *copy);
/* Mappings refused for want of a record, ever. */
unsigned long dma_records_missed(void);

/* --- dma_report.c ---------------------------------------------------------- */

/* One report each; dma_report.c says what of it is wrong. */
void dma_report_twice(const struct dma_record *r,
		      const struct dma_record *first);
/* @around has claim->addr inside; NULL: nothing has. */
void dma_report_not_mapped(const struct dma_claim *c,
			   const struct dma_record *around);
void dma_report_claim(const struct dma_claim *c, const struct dma_record *r);
void dma_report_sync(const struct dma_claim *c, const struct dma_record *r);
void dma_report_freed(phys_addr_t phys, size_t size, const struct dma_record *r,
		      unsigned long site);

/* --- dma_map.c ------------------------------------------------------------- */

/* Is there a device, a length and a direction? Else a report says what not. */
bool dma_request_is_sound(const struct device *dev, size_t size,
			  enum dma_data_direction dir, unsigned long site);

/**
 * dma_map_one - map memory of a sound request
 * @want: complete but for the address
 * Return: the bus address, or DMA_MAPPING_ERROR.
 */
dma_addr_t dma_map_one(const struct dma_record *want, unsigned long attrs);
void dma_unmap_one(const struct dma_claim *claim, unsigned long attrs);

/* The same of what is no memory: neither held nor bounced. */
dma_addr_t dma_map_device_memory(const struct dma_record *want);

enum dma_sync_way { DMA_SYNC_FOR_CPU, DMA_SYNC_FOR_DEVICE };
void dma_sync_one(const struct dma_claim *claim, enum dma_sync_way way);

#endif
