/* SPDX-License-Identifier: MIT */
/*
 * dma_managed.c - coherent memory that goes with its driver (fs/devres.h)
 *
 * Locking: none here.
 */
#include <fs/devres.h>
#include <kernel/bug.h>
#include <kernel/dma_mapping.h>
#include <kernel/export.h>

struct dma_devres {
	size_t size;
	void *va;
	dma_addr_t handle;
	unsigned long attrs;
};

static void dmam_release(struct device *dev, void *res)
{
	struct dma_devres *m = res;

	dma_free_attrs(dev, m->size, m->va, m->handle, m->attrs);
}

static int dmam_match(struct device *dev, void *res, void *match_data)
{
	struct dma_devres *m = res;

	(void)dev;
	return m->va == match_data;
}

void *dmam_alloc_attrs(struct device *dev, size_t size, dma_addr_t *handle,
		       gfp_t gfp, unsigned long attrs)
{
	struct dma_devres *m = devres_alloc(dmam_release, sizeof(*m), gfp);
	void *va;

	if (!m)
		return NULL;
	va = dma_alloc_attrs(dev, size, handle, gfp, attrs);
	if (!va) {
		devres_free(m);
		return NULL;
	}
	*m = (struct dma_devres){ size, va, *handle, attrs };
	devres_add(dev, m);
	return va;
}
EXPORT_SYMBOL(dmam_alloc_attrs);

void dmam_free_coherent(struct device *dev, size_t size, void *va,
			dma_addr_t handle)
{
	struct dma_devres *m;

	m = va ? devres_remove(dev, dmam_release, dmam_match, va) : NULL;
	if (WARN_ON(va && !m))
		return;
	/* What is wrong with size or handle dma_free_coherent() tells. */
	dma_free_coherent(dev, size, va, handle);
	devres_free(m);
}
EXPORT_SYMBOL(dmam_free_coherent);
