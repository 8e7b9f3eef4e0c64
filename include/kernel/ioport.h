/* SPDX-License-Identifier: MIT */
/*
 * ioport.h - who has which I/O ports and which physical addresses
 *
 * A resource is a range with a name. Two trees hold them: ioport_resource, what
 * inb() and outb() reach, and iomem_resource, what ioremap() does. A resource
 * lies inside its parent, and apart from its siblings. One that is marked
 * IORESOURCE_BUSY has an owner; one that is not tells what is there (a bus,
 * memory that the firmware keeps), and others may be claimed inside.
 *
 * A driver claims before it touches, and gives back when it goes:
 *
 *	if (!request_region(base, 8, "mydev"))
 *		return -EBUSY;
 *	...
 *	release_region(base, 8);
 *
 * The claim keeps nobody from the ports: it is how drivers agree.
 */
#ifndef KERNEL_IOPORT_H
#define KERNEL_IOPORT_H

#include <kernel/types.h>

/* A range of a tree. Linux's members, and one more. */
struct resource {
	resource_size_t start; /* inclusive */
	resource_size_t end; /* inclusive */
	const char *name; /* not copied: lives as long as the resource */
	unsigned long flags; /* IORESOURCE_* */
	unsigned long desc; /* IORES_DESC_*; nobody here reads it */

	/* The tree's own, guarded by its lock. */
	struct resource *parent; /* NULL: in no tree */
	struct resource *sibling; /* the next above, in the same parent */
	struct resource *child; /* the lowest */
	bool from_store; /* made by __request_region(): freed with the claim */
};

/* Linux's numbers, for drivers that know them by heart. */
#define IORESOURCE_BITS 0x000000fful /* the bus's own */
#define IORESOURCE_TYPE_BITS 0x00001f00ul
#define IORESOURCE_IO 0x00000100ul
#define IORESOURCE_MEM 0x00000200ul
#define IORESOURCE_REG 0x00000300ul
#define IORESOURCE_IRQ 0x00000400ul
#define IORESOURCE_DMA 0x00000800ul
#define IORESOURCE_BUS 0x00001000ul
#define IORESOURCE_PREFETCH 0x00002000ul
#define IORESOURCE_READONLY 0x00004000ul
#define IORESOURCE_CACHEABLE 0x00008000ul
#define IORESOURCE_RANGELENGTH 0x00010000ul
#define IORESOURCE_SHADOWABLE 0x00020000ul
#define IORESOURCE_SIZEALIGN 0x00040000ul
#define IORESOURCE_STARTALIGN 0x00080000ul
#define IORESOURCE_MEM_64 0x00100000ul
#define IORESOURCE_WINDOW 0x00200000ul
#define IORESOURCE_MUXED 0x00400000ul /* shared by turns: who comes, waits */
#define IORESOURCE_EXT_TYPE_BITS 0x01000000ul
#define IORESOURCE_SYSRAM 0x01000000ul
#define IORESOURCE_EXCLUSIVE 0x08000000ul
#define IORESOURCE_DISABLED 0x10000000ul
#define IORESOURCE_UNSET 0x20000000ul
#define IORESOURCE_AUTO 0x40000000ul
#define IORESOURCE_BUSY 0x80000000ul /* has an owner */
#define IORESOURCE_SYSTEM_RAM (IORESOURCE_MEM | IORESOURCE_SYSRAM)

#define DEFINE_RES_NAMED(_start, _size, _name, _flags)          \
	{                                                       \
		.start = (_start), .end = (_start) + (_size)-1, \
		.name = (_name), .flags = (_flags),             \
	}
#define DEFINE_RES_IO_NAMED(_start, _size, _name) \
	DEFINE_RES_NAMED((_start), (_size), (_name), IORESOURCE_IO)
#define DEFINE_RES_IO(_start, _size) \
	DEFINE_RES_IO_NAMED((_start), (_size), NULL)
#define DEFINE_RES_MEM_NAMED(_start, _size, _name) \
	DEFINE_RES_NAMED((_start), (_size), (_name), IORESOURCE_MEM)
#define DEFINE_RES_MEM(_start, _size) \
	DEFINE_RES_MEM_NAMED((_start), (_size), NULL)
#define DEFINE_RES_IRQ_NAMED(_irq, _name) \
	DEFINE_RES_NAMED((_irq), 1, (_name), IORESOURCE_IRQ)
#define DEFINE_RES_IRQ(_irq) DEFINE_RES_IRQ_NAMED((_irq), NULL)
#define DEFINE_RES_DMA_NAMED(_dma, _name) \
	DEFINE_RES_NAMED((_dma), 1, (_name), IORESOURCE_DMA)
#define DEFINE_RES_DMA(_dma) DEFINE_RES_DMA_NAMED((_dma), NULL)

extern struct resource ioport_resource; /* ports 0 .. 0xffff */
extern struct resource iomem_resource; /* physical addresses */

/**
 * request_resource - put @new below @root, as a claim of its own
 * @new: start, end, name and flags filled in; the caller's memory until
 *	release_resource()
 *
 * Return: 0; -EBUSY if it would not lie inside @root and apart from what is
 * there, after one line that names who is in the way.
 * Context: any but NMI; allocates nothing.
 */
int __must_check request_resource(struct resource *root, struct resource *new);

/* The same without a line. Return: NULL, or who is in the way: @root itself if
 * @new does not lie inside it. */
struct resource *request_resource_conflict(struct resource *root,
					   struct resource *new);

/**
 * insert_resource - put @new where it belongs: into the innermost resource that
 * holds it, and around all that lie in it
 *
 * For what was there all along and becomes known late: a bus, memory that the
 * firmware told of.
 * Return: 0; -EBUSY and one line if it cuts another one in two.
 * Context: as request_resource().
 */
int __must_check insert_resource(struct resource *parent, struct resource *new);
struct resource *insert_resource_conflict(struct resource *parent,
					  struct resource *new);

/**
 * release_resource - take @old out of its tree, and what lies in it with it
 * Return: 0; -EINVAL if it is in no tree.
 */
int release_resource(struct resource *old);

/* The same, but what lies in it takes its place. */
int remove_resource(struct resource *old);

/**
 * allocate_resource - find room for @new below @root, and claim it
 * @new: name and flags filled in; start and end come back
 * @size, @align: align is a power of two, or 0
 * @min, @max: where it may lie, both inclusive
 * @alignf: may move a candidate's start up; NULL: nobody does
 *
 * Return: 0: the lowest place that fits; -EBUSY: there is none.
 * Context: as request_resource(); @alignf is called with the lock held.
 */
int __must_check allocate_resource(
	struct resource *root, struct resource *new, resource_size_t size,
	resource_size_t min, resource_size_t max, resource_size_t align,
	resource_size_t (*alignf)(void *data, const struct resource *avail,
				  resource_size_t size, resource_size_t align),
	void *alignf_data);

/**
 * adjust_resource - move or resize a claim; what lies in it must stay in it
 * Return: 0; -EBUSY if it cannot be done: nothing is changed.
 */
int __must_check adjust_resource(struct resource *res, resource_size_t start,
				 resource_size_t size);

/* The child of @root that begins at @start, or NULL. */
struct resource *lookup_resource(struct resource *root, resource_size_t start);

/**
 * __request_region - claim [start, start + n) of a tree
 * @flags: IORESOURCE_MUXED: wait until another such claim is given back;
 *	IORESOURCE_EXCLUSIVE is kept, and means nothing here
 *
 * It goes into the innermost resource that is not busy. Storage is ours.
 * Return: the claim; NULL if there is a busy one in the way, the range is empty
 * or not in the tree, or memory is short: one line names who has it and who
 * asked.
 * Context: may sleep.
 */
struct resource *__must_check __request_region(struct resource *parent,
					       resource_size_t start,
					       resource_size_t n,
					       const char *name, int flags);

/**
 * __release_region - give back a claim of exactly [start, start + n)
 * Anything else is reported (bad-release) and nothing is changed.
 * Context: process.
 */
void __release_region(struct resource *parent, resource_size_t start,
		      resource_size_t n);

#define request_region(start, n, name) \
	__request_region(&ioport_resource, (start), (n), (name), 0)
#define request_muxed_region(start, n, name)                     \
	__request_region(&ioport_resource, (start), (n), (name), \
			 (int)IORESOURCE_MUXED)
#define release_region(start, n) \
	__release_region(&ioport_resource, (start), (n))
#define request_mem_region(start, n, name) \
	__request_region(&iomem_resource, (start), (n), (name), 0)
#define request_mem_region_muxed(start, n, name)                \
	__request_region(&iomem_resource, (start), (n), (name), \
			 (int)IORESOURCE_MUXED)
#define request_mem_region_exclusive(start, n, name)            \
	__request_region(&iomem_resource, (start), (n), (name), \
			 (int)IORESOURCE_EXCLUSIVE)
#define release_mem_region(start, n) \
	__release_region(&iomem_resource, (start), (n))

/**
 * __check_region - could [start, start + n) be claimed now?
 *
 * Of 1.0 .. 2.6, where drivers asked first and requested later; in between
 * somebody else may. <linux/ioport.h> has check_region() and
 * check_mem_region().
 * Return: 0 or -EBUSY, without a line. Context: any but NMI.
 */
int __check_region(struct resource *parent, resource_size_t start,
		   resource_size_t n);

static inline resource_size_t resource_size(const struct resource *res)
{
	return res->end - res->start + 1;
}

static inline unsigned long resource_type(const struct resource *res)
{
	return res->flags & IORESOURCE_TYPE_BITS;
}

/* Does @outer hold all of @inner, and are both of one type? */
static inline bool resource_contains(const struct resource *outer,
				     const struct resource *inner)
{
	return resource_type(outer) == resource_type(inner) &&
	       outer->start <= inner->start && outer->end >= inner->end;
}

static inline bool resource_overlaps(const struct resource *a,
				     const struct resource *b)
{
	return a->start <= b->end && a->end >= b->start;
}

/* --- for those who build trees -------------------------------------------- */

/* Where __request_region()'s storage comes from: core has no memory to give. */
struct resource_store {
	struct resource *(*alloc)(void); /* zeroed; may sleep; NULL: none */
	void (*free)(struct resource *res);
};
/* Set once at start-up. Until then there is none. */
void resource_set_store(const struct resource_store *store);

/* A zeroed resource of the store's, or NULL. It goes back with
 * resource_free(), when it is in no tree. Context: may sleep. */
struct resource *resource_alloc(void);
void resource_free(struct resource *res);

struct seq_file;

/* All that lies in @root, a line for each, as Linux has it. Context: any but
 * NMI; prints without the lock, so what comes or goes meanwhile may show. */
void resource_show(struct seq_file *m, struct resource *root);

/* Is the tree as its rules want it? Prints each violation by label. Return:
 * their number. Context: any but NMI. */
int resource_check(struct resource *root);

#endif
