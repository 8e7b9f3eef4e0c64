/* SPDX-License-Identifier: MIT */
/*
 * dma_report.c - dma-state: what is wrong with a mapping, in one line
 *
 * alloc= is who made the mapping in question, at= who is wrong. Copies of
 * records are given, for this is called without the table's lock.
 */
#include <kernel/bug.h>
#include "dma_internal.h"

static const char *dir_word(enum dma_data_direction dir)
{
	static const char *const words[] = {
		[DMA_BIDIRECTIONAL] = "bidirectional",
		[DMA_TO_DEVICE] = "to-device",
		[DMA_FROM_DEVICE] = "from-device",
	};

	return valid_dma_direction(dir) ? words[dir] : "none";
}

static const char *kind_word(enum dma_kind kind)
{
#define DMA_KIND_AS_NAME(id, name) name,
	static const char *const words[] = { DMA_KINDS(DMA_KIND_AS_NAME) };

	return words[kind];
}

void dma_report_twice(const struct dma_record *r,
		      const struct dma_record *first)
{
	const struct report_sites sites = { .alloc = first->site,
					    .at = r->site };

	mm_report("dma-state", &sites,
		  "mapped-twice phys=%#llx len=%zu %s dev=%s"
		  " first=%#llx len=%zu %s dev=%s",
		  r->phys, r->size, dir_word(r->dir), dev_name(r->dev),
		  first->phys, first->size, dir_word(first->dir),
		  first->user->name);
}

/* Nothing begins at claim->addr; @around, if it is there, has it inside. */
void dma_report_not_mapped(const struct dma_claim *c,
			   const struct dma_record *around)
{
	struct report_sites sites = { .at = c->site };

	if (!around) {
		mm_report("dma-state", &sites,
			  "not-mapped addr=%#llx len=%zu dev=%s call=%s",
			  c->addr, c->size, dev_name(c->dev),
			  kind_word(c->kind));
		return;
	}
	sites.alloc = around->site;
	mm_report("dma-state", &sites,
		  "not-mapped addr=%#llx len=%zu dev=%s inside=%#llx+%zu",
		  c->addr, c->size, dev_name(c->dev), around->addr,
		  around->size);
}

/* What of the claim is not as mapped; the first of length, direction, call. */
void dma_report_claim(const struct dma_claim *c, const struct dma_record *r)
{
	const struct report_sites sites = { .alloc = r->site, .at = c->site };

	if (r->size != c->size)
		mm_report("dma-state", &sites,
			  "wrong-length addr=%#llx is=%zu given=%zu dev=%s",
			  c->addr, r->size, c->size, dev_name(c->dev));
	else if (r->dir != c->dir)
		mm_report("dma-state", &sites,
			  "wrong-direction addr=%#llx is=%s given=%s dev=%s",
			  c->addr, dir_word(r->dir), dir_word(c->dir),
			  dev_name(c->dev));
	else
		mm_report("dma-state", &sites,
			  "wrong-call addr=%#llx is=%s given=%s dev=%s",
			  c->addr, kind_word(r->kind), kind_word(c->kind),
			  dev_name(c->dev));
}

void dma_report_sync(const struct dma_claim *c, const struct dma_record *r)
{
	const struct report_sites sites = { .alloc = r->site, .at = c->site };

	if (c->size > r->size - (size_t)(c->addr - r->addr))
		mm_report("dma-state", &sites,
			  "sync-beyond addr=%#llx len=%zu mapped=%#llx+%zu"
			  " dev=%s",
			  c->addr, c->size, r->addr, r->size, dev_name(c->dev));
	else
		mm_report("dma-state", &sites,
			  "wrong-direction addr=%#llx is=%s sync=%s dev=%s",
			  c->addr, dir_word(r->dir), dir_word(c->dir),
			  dev_name(c->dev));
}

void dma_report_freed(phys_addr_t phys, size_t size, const struct dma_record *r,
		      unsigned long site)
{
	const struct report_sites sites = { .alloc = r->site,
					    .free = site,
					    .at = site };

	mm_report("dma-state", &sites,
		  "freed-while-mapped phys=%#llx len=%zu dev=%s addr=%#llx+%zu",
		  phys, size, r->user->name, r->addr, r->size);
}
