/* SPDX-License-Identifier: MIT */
/*
 * dma_map.c - one mapping, whatever call it is for
 *
 * In this order, so that a refusal undoes little: is the device one, and the
 * direction; is the memory fit to be given away, and held; is there a record;
 * does the device reach it, or is there a place to bounce it; and, under the
 * table's lock, is it nobody's yet.
 *
 * Locking: none here.
 */
#define pr_fmt(fmt) "software IO TLB: " fmt
#include <kernel/bug.h>
#include <kernel/export.h>
#include <kernel/printk.h>
#include <kernel/ratelimit.h>
#include "dma_internal.h"

bool dma_request_is_sound(const struct device *dev, size_t size,
			  enum dma_data_direction dir, unsigned long site)
{
	const struct report_sites sites = { .at = site };

	if (dma_device_refused(dev, "map", site))
		return false;
	if (likely(size && valid_dma_direction(dir)))
		return true;
	mm_report("dma-state", &sites, "nothing-to-map len=%zu dir=%u dev=%s",
		  size, dir, dev_name(dev));
	return false;
}

/* --- through the pool --------------------------------------------------------- */

/* Must it be copied: the device reaches not all of it, or would cross a line? */
static bool must_bounce(const struct dma_record *want)
{
	u64 boundary = dma_get_seg_boundary(want->dev);

	return !dma_reaches(*want->dev->dma_mask, want->phys, want->size) ||
	       want->size - 1 > boundary - (want->phys & boundary) ||
	       bounce_is_forced();
}

/* The pool had no place: a line, but not more than one in five seconds. */
static noinline __cold void say_full(const struct dma_record *want)
{
	static DEFINE_RATELIMIT_STATE(limit, DEFAULT_RATELIMIT_INTERVAL, 1);

	if (__ratelimit(&limit))
		pr_warn("%s: no place to bounce %zu bytes: %u of %u slots"
			" used\n",
			dev_name(want->dev), want->size, bounce_live.nr_used,
			bounce_live.nr_slots);
}

/* Return: false: it can never be bounced, by a report, or not now. */
static bool bounce_in(struct dma_record *r, unsigned long attrs)
{
	const struct report_sites sites = { .at = r->site };
	const struct bounce_place place = {
		.mask = *r->dev->dma_mask,
		.boundary = dma_get_seg_boundary(r->dev),
	};
	size_t most = bounce_max_bytes(&bounce_live, place.boundary);

	if (r->size > most && bounce_live.nr_slots) {
		mm_report("dma-limit", &sites,
			  "bounce phys=%#llx len=%zu limit=%zu dev=%s", r->phys,
			  r->size, most, dev_name(r->dev));
		return false;
	}
	r->addr = bounce_take(&bounce_live, r->size, &place);
	if (unlikely(r->addr == DMA_MAPPING_ERROR)) {
		if (!(attrs & DMA_ATTR_NO_WARN))
			say_full(r);
		return false;
	}
	r->bounced = true;
	bounce_copy_in(r, 0, r->size);
	return true;
}

/* --- what is no memory --------------------------------------------------------- */

static bool device_memory_in_reach(const struct dma_record *want)
{
	const struct report_sites sites = { .at = want->site };
	u64 mask = *want->dev->dma_mask;

	if (likely(dma_reaches(mask, want->phys, want->size)))
		return true;
	mm_report("dma-limit", &sites,
		  "resource phys=%#llx len=%zu mask=%#llx dev=%s", want->phys,
		  want->size, mask, dev_name(want->dev));
	return false;
}

dma_addr_t dma_map_device_memory(const struct dma_record *want)
{
	struct dma_record *r;

	if (!device_memory_in_reach(want) || !dma_memory_is_devices(want))
		return DMA_MAPPING_ERROR;
	r = dma_record_new();
	if (unlikely(!r))
		return DMA_MAPPING_ERROR;
	*r = *want;
	r->addr = want->phys;
	if (likely(dma_record_add(r)))
		return r->addr;
	dma_record_free(r);
	return DMA_MAPPING_ERROR;
}

/* --- one mapping ---------------------------------------------------------------- */

dma_addr_t dma_map_one(const struct dma_record *want, unsigned long attrs)
{
	struct dma_record *r;

	if (!dma_memory_hold(want))
		return DMA_MAPPING_ERROR;
	r = dma_record_new();
	if (unlikely(!r))
		goto out_release;
	*r = *want;
	r->addr = want->phys;
	if (unlikely(must_bounce(want)) && !bounce_in(r, attrs))
		goto out_free;
	if (likely(dma_record_add(r)))
		return r->addr;
	if (r->bounced)
		bounce_give(&bounce_live, r->addr, r->size);
out_free:
	dma_record_free(r);
out_release:
	dma_memory_release(want);
	return DMA_MAPPING_ERROR;
}

/* @r is off the table: give back what it held. */
static void let_go(struct dma_record *r)
{
	if (r->bounced)
		bounce_give(&bounce_live, r->addr, r->size);
	if (r->kind != DMA_KIND_RESOURCE)
		dma_memory_release(r);
	dma_record_free(r);
}

void dma_unmap_one(const struct dma_claim *claim, unsigned long attrs)
{
	struct dma_record *r = dma_record_take(claim);

	if (unlikely(!r))
		return;
	if (r->bounced && r->dir != DMA_TO_DEVICE &&
	    !(attrs & DMA_ATTR_SKIP_CPU_SYNC))
		bounce_copy_out(r, 0, r->size);
	let_go(r);
}

void dma_sync_one(const struct dma_claim *claim, enum dma_sync_way way)
{
	struct dma_record r;
	size_t offset;

	if (!dma_record_around(claim, &r) || !r.bounced)
		return;
	offset = (size_t)(claim->addr - r.addr);
	if (way == DMA_SYNC_FOR_CPU && r.dir != DMA_TO_DEVICE)
		bounce_copy_out(&r, offset, claim->size);
	else if (way == DMA_SYNC_FOR_DEVICE && r.dir != DMA_FROM_DEVICE)
		bounce_copy_in(&r, offset, claim->size);
}

unsigned int dma_device_release(struct device *dev)
{
	struct report_sites sites = { .at = _RET_IP_ };
	struct dma_record *r = dma_record_take_all(dev), *next;
	unsigned int nr = 0, nr_coherent = 0;
	size_t bytes = 0;

	for (; r; r = next) {
		next = r->next;
		nr++;
		nr_coherent += r->kind == DMA_KIND_COHERENT;
		bytes += r->size;
		sites.alloc = r->site;
		let_go(r);
	}
	if (nr)
		mm_report("dma-state", &sites,
			  "left-mapped dev=%s count=%u coherent=%u bytes=%zu",
			  dev_name(dev), nr, nr_coherent, bytes);
	return nr;
}
EXPORT_SYMBOL(dma_device_release);
