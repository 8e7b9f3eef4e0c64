/* SPDX-License-Identifier: MIT */
/*
 * host_dma_test.c - /proc/dma_mappings: which device has which row
 *
 * On the host alone: a machine's own devices would lose theirs.
 */
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <mm/page_alloc.h>
#include "../../drivers/bus/dma_internal.h"
#include "dma_fixture.h"

static struct dma_test_device devices[DMA_USERS + 4];
static dma_addr_t addrs[DMA_USERS + 4];

static dma_addr_t map_one(unsigned int i, const char *name, struct page *page)
{
	return dma_map_page(dma_test_device(&devices[i], name, 64), page, 0, 1,
			    DMA_TO_DEVICE);
}

static void unmap_one(unsigned int i, dma_addr_t addr)
{
	dma_unmap_page(&devices[i].dev, addr, 1, DMA_TO_DEVICE);
}

/* Rows of that name; @row: the last of them. */
static unsigned int rows_of(const char *name, struct dma_user *row)
{
	unsigned int i, nr = 0;
	struct dma_user user;

	for (i = 0; i < DMA_USERS; i++) {
		if (!dma_user_get(i, &user) || strcmp(user.name, name))
			continue;
		*row = user;
		nr++;
	}
	return nr;
}

static void a_device_that_comes_back_has_its_row(struct ktest *t)
{
	struct page *page = alloc_page(GFP_KERNEL);
	struct dma_user row = { .nr_ever = 0 };

	KTEST_ASSERT_NOT_NULL(t, page);
	unmap_one(0, map_one(0, "row-back", page));
	KTEST_EXPECT_EQ(t, dma_device_release(&devices[0].dev), 0);
	KTEST_EXPECT_EQ(t, rows_of("row-back", &row), 1);
	KTEST_EXPECT_EQ(t, row.nr_ever, 1);
	/* Another struct of its name. */
	unmap_one(1, map_one(1, "row-back", page));
	KTEST_EXPECT_EQ(t, rows_of("row-back", &row), 1);
	KTEST_EXPECT_EQ(t, row.nr_ever, 2);
	KTEST_EXPECT_EQ(t, dma_device_release(&devices[1].dev), 0);
	__free_page(page);
}

static void the_last_row_is_for_all_others(struct ktest *t)
{
	static char names[DMA_USERS + 4][DMA_USER_NAME_BYTES];
	struct page *page = alloc_page(GFP_KERNEL);
	struct dma_user row = { .nr_ever = 0 };
	unsigned int i;

	KTEST_ASSERT_NOT_NULL(t, page);
	for (i = 0; i < DMA_USERS + 4; i++) {
		strscpy(names[i], "row-A", sizeof(names[i]));
		names[i][4] = (char)('A' + i);
		addrs[i] = map_one(i, names[i], page);
	}
	KTEST_EXPECT_EQ(t, rows_of("others", &row), 1);
	KTEST_EXPECT_EQ(t, row.nr_now, 5);
	KTEST_EXPECT_EQ(t, rows_of(names[DMA_USERS], &row), 0);
	for (i = 0; i < DMA_USERS + 4; i++)
		unmap_one(i, addrs[i]);
	/* Where nothing is mapped any more there is a row to be had. */
	unmap_one(DMA_USERS, map_one(DMA_USERS, "row-new", page));
	KTEST_EXPECT_EQ(t, rows_of("row-new", &row), 1);
	for (i = 0; i < DMA_USERS + 4; i++)
		KTEST_EXPECT_EQ(t, dma_device_release(&devices[i].dev), 0);
	__free_page(page);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(a_device_that_comes_back_has_its_row),
	KTEST_CASE(the_last_row_is_for_all_others),
};
KTEST_SUITE(host_dma, cases);
