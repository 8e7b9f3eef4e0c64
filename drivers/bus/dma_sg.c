/* SPDX-License-Identifier: MIT */
/*
 * dma_sg.c - lists: neighbours become one segment, and each is a mapping
 *
 * Entries are taken together for as long as the next one begins where the last
 * one ends, the sum is no longer than the device's largest segment, or than what
 * can be bounced in one piece, and no line lies between that the device must not
 * cross. The list's first entries are told the segments; the one behind the last
 * has length 0, which is how unmap and sync know where to stop.
 *
 * Locking: none here; the list is the caller's.
 */
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/export.h>
#include "dma_internal.h"

/* What a device can take in one segment. */
struct sg_limits {
	unsigned int bytes;
	size_t joined_bytes; /* of what is taken together: it can be bounced */
	u64 boundary; /* a mask of ones */
};

static struct sg_limits limits_of(struct device *dev)
{
	unsigned int bytes = dma_get_max_seg_size(dev);

	return (struct sg_limits){
		.bytes = bytes,
		.joined_bytes = min_t(size_t, bytes, dma_max_mapping_size(dev)),
		.boundary = dma_get_seg_boundary(dev),
	};
}

/* Does @sg go on where [phys, phys + len) ends, and fit? */
static bool sg_continues(const struct sg_limits *limits, phys_addr_t phys,
			 size_t len, const struct scatterlist *sg)
{
	return phys + len == sg_phys(sg) &&
	       len + (u64)sg->length <= limits->joined_bytes &&
	       ((phys & limits->boundary) + len + sg->length - 1) <=
		       limits->boundary;
}

static bool sg_entry_is_sound(const struct device *dev,
			      const struct sg_limits *limits,
			      const struct scatterlist *sg,
			      enum dma_data_direction dir, unsigned long site)
{
	const struct report_sites sites = { .at = site };

	if (!dma_request_is_sound(dev, sg->length, dir, site))
		return false;
	if (likely(sg->length <= limits->bytes))
		return true;
	mm_report("dma-limit", &sites, "segment len=%u limit=%u dev=%s",
		  sg->length, limits->bytes, dev_name(dev));
	return false;
}

/* The list's first entries, which are told the segments. */
struct sg_out {
	struct scatterlist *sg; /* next to be told; NULL: there is no more */
	unsigned int nr;
};

static void sg_tell(struct sg_out *out, dma_addr_t addr, size_t len)
{
	out->sg->dma_address = addr;
	out->sg->dma_length = (unsigned int)len;
	out->sg = sg_next(out->sg);
	out->nr++;
}

/* Behind the last segment, if there is an entry of the list left. */
static void sg_tell_end(struct sg_out *out, int nents)
{
	if (out->sg && out->nr < (unsigned int)nents) {
		out->sg->dma_address = DMA_MAPPING_ERROR;
		out->sg->dma_length = 0;
	}
}

/*
 * Map the segment that begins with @sg, at most @nents entries.
 * Return: entries it took; 0: refused.
 */
static int sg_map_segment(struct dma_record *want, struct scatterlist **sg,
			  int nents, const struct sg_limits *limits,
			  unsigned long attrs, struct sg_out *out)
{
	dma_addr_t addr;
	int took = 0;

	want->phys = sg_phys(*sg);
	want->size = 0;
	do {
		if (!sg_entry_is_sound(want->dev, limits, *sg, want->dir,
				       want->site))
			return 0;
		want->size += (*sg)->length;
		*sg = sg_next(*sg);
		took++;
	} while (took < nents && *sg &&
		 sg_continues(limits, want->phys, want->size, *sg));
	addr = dma_map_one(want, attrs);
	if (addr == DMA_MAPPING_ERROR)
		return 0;
	sg_tell(out, addr, want->size);
	return took;
}

static unsigned int sg_map(struct device *dev, struct scatterlist *sgl,
			   int nents, enum dma_data_direction dir,
			   unsigned long attrs, unsigned long site)
{
	struct sg_limits limits;
	struct sg_out out = { .sg = sgl };
	struct dma_record want = {
		.dev = dev,
		.site = site,
		.dir = (u8)dir,
		.kind = DMA_KIND_SG,
	};
	struct scatterlist *sg = sgl;
	int left = nents, took;

	if (!dma_request_is_sound(dev, (size_t)max(nents, 0), dir, site))
		return 0;
	limits = limits_of(dev);
	for (; left > 0 && sg; left -= took) {
		took = sg_map_segment(&want, &sg, left, &limits, attrs, &out);
		if (!took)
			goto out_unmap;
	}
	sg_tell_end(&out, nents);
	return out.nr;

out_unmap:
	sg_tell_end(&out, nents);
	/* The device has not seen any of it: nothing is copied back. */
	dma_unmap_sg_attrs(dev, sgl, (int)out.nr, dir,
			   attrs | DMA_ATTR_SKIP_CPU_SYNC);
	return 0;
}

unsigned int dma_map_sg_attrs(struct device *dev, struct scatterlist *sgl,
			      int nents, enum dma_data_direction dir,
			      unsigned long attrs)
{
	return sg_map(dev, sgl, nents, dir, attrs, _RET_IP_);
}
EXPORT_SYMBOL(dma_map_sg_attrs);

/* The segments of a list in turn. */
#define for_each_segment(sg, sgl, nents, i)                          \
	for (i = 0, sg = (sgl); i < (nents) && sg && sg_dma_len(sg); \
	     i++, sg = sg_next(sg))

static struct dma_claim sg_claim(const struct device *dev,
				 const struct scatterlist *sg,
				 enum dma_data_direction dir,
				 unsigned long site)
{
	return (struct dma_claim){
		.dev = dev,
		.addr = sg_dma_address(sg),
		.size = sg_dma_len(sg),
		.dir = dir,
		.kind = DMA_KIND_SG,
		.site = site,
	};
}

static void sg_unmap(struct device *dev, struct scatterlist *sgl, int nents,
		     enum dma_data_direction dir, unsigned long attrs,
		     unsigned long site)
{
	struct scatterlist *sg;
	int i;

	if (dma_device_refused(dev, "dma_unmap_sg", site))
		return;
	for_each_segment(sg, sgl, nents, i)
	{
		const struct dma_claim claim = sg_claim(dev, sg, dir, site);

		dma_unmap_one(&claim, attrs);
	}
}

void dma_unmap_sg_attrs(struct device *dev, struct scatterlist *sgl, int nents,
			enum dma_data_direction dir, unsigned long attrs)
{
	sg_unmap(dev, sgl, nents, dir, attrs, _RET_IP_);
}
EXPORT_SYMBOL(dma_unmap_sg_attrs);

static void sg_sync(struct device *dev, struct scatterlist *sgl, int nents,
		    enum dma_data_direction dir, enum dma_sync_way way,
		    unsigned long site)
{
	struct scatterlist *sg;
	int i;

	if (dma_device_refused(dev, "dma_sync_sg", site))
		return;
	for_each_segment(sg, sgl, nents, i)
	{
		const struct dma_claim claim = sg_claim(dev, sg, dir, site);

		dma_sync_one(&claim, way);
	}
}

void dma_sync_sg_for_cpu(struct device *dev, struct scatterlist *sgl, int nents,
			 enum dma_data_direction dir)
{
	sg_sync(dev, sgl, nents, dir, DMA_SYNC_FOR_CPU, _RET_IP_);
}
EXPORT_SYMBOL(dma_sync_sg_for_cpu);

void dma_sync_sg_for_device(struct device *dev, struct scatterlist *sgl,
			    int nents, enum dma_data_direction dir)
{
	sg_sync(dev, sgl, nents, dir, DMA_SYNC_FOR_DEVICE, _RET_IP_);
}
EXPORT_SYMBOL(dma_sync_sg_for_device);

int dma_map_sgtable(struct device *dev, struct sg_table *sgt,
		    enum dma_data_direction dir, unsigned long attrs)
{
	unsigned int nr = sg_map(dev, sgt->sgl, (int)sgt->orig_nents, dir,
				 attrs, _RET_IP_);

	if (!nr)
		return -EIO;
	sgt->nents = nr;
	return 0;
}
EXPORT_SYMBOL(dma_map_sgtable);

void dma_unmap_sgtable(struct device *dev, struct sg_table *sgt,
		       enum dma_data_direction dir, unsigned long attrs)
{
	sg_unmap(dev, sgt->sgl, (int)sgt->orig_nents, dir, attrs, _RET_IP_);
}
EXPORT_SYMBOL(dma_unmap_sgtable);
