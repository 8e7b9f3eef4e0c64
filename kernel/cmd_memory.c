/* SPDX-License-Identifier: MIT */
/*
 * cmd_memory.c - console commands that ask about memory, and hold some by hand
 *
 * `alloc` keeps what it got in a table of holdings until `free`; a holding of
 * many pages is a chain through page->lru, so that filling a zone by hand needs
 * no memory of its own.
 */
#include <kernel/command.h>
#include <kernel/ctype.h>
#include <kernel/errno.h>
#include <kernel/parse.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/addr.h>
#include <mm/check.h>
#include <mm/page_alloc.h>
#include <mm/page_trace.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>

#include "cmd_internal.h"

#define MAX_HOLDINGS 64u

enum holding_kind { HOLD_NOTHING, HOLD_PAGES, HOLD_KMALLOC, HOLD_VMALLOC };

struct holding {
	enum holding_kind kind;
	unsigned int order; /* PAGES */
	unsigned long nr; /* PAGES: blocks; else bytes asked for */
	struct list_head blocks; /* PAGES */
	void *address; /* KMALLOC, VMALLOC */
};

static struct holding holdings[MAX_HOLDINGS];

static struct holding *holding_new(void)
{
	unsigned int i;

	for (i = 0; i < MAX_HOLDINGS; i++) {
		if (holdings[i].kind == HOLD_NOTHING)
			return &holdings[i];
	}
	console_printf("alloc: %u holdings are the most; free some\n",
		       MAX_HOLDINGS);
	return NULL;
}

static unsigned int holding_id(const struct holding *h)
{
	return (unsigned int)(h - holdings) + 1;
}

static const char *plural(unsigned long n)
{
	return n == 1 ? "" : "s";
}

static void holding_print(const struct holding *h)
{
	const struct page *first;

	switch (h->kind) {
	case HOLD_PAGES:
		first = list_first_entry(&h->blocks, struct page, lru);
		console_printf("%2u: %lu block%s of order %u, "
			       "first pfn=%#lx\n",
			       holding_id(h), h->nr, plural(h->nr), h->order,
			       page_to_pfn(first));
		break;
	case HOLD_KMALLOC:
		console_printf("%2u: kmalloc %lu bytes (%zu usable) at %p\n",
			       holding_id(h), h->nr, ksize(h->address),
			       h->address);
		break;
	case HOLD_VMALLOC:
		console_printf("%2u: vmalloc %lu bytes at %p\n", holding_id(h),
			       h->nr, h->address);
		break;
	case HOLD_NOTHING: break;
	}
}

static int holdings_list(void)
{
	unsigned int i, nr = 0;

	for (i = 0; i < MAX_HOLDINGS; i++) {
		nr += holdings[i].kind != HOLD_NOTHING;
		holding_print(&holdings[i]);
	}
	if (!nr)
		console_printf("alloc: nothing is held\n");
	return 0;
}

static void holding_free(struct holding *h)
{
	struct page *page, *next;

	switch (h->kind) {
	case HOLD_PAGES:
		list_for_each_entry_safe(page, next, &h->blocks, lru)
			__free_pages(page, h->order);
		break;
	case HOLD_KMALLOC: kfree(h->address); break;
	case HOLD_VMALLOC: vfree(h->address); break;
	case HOLD_NOTHING: break;
	}
	h->kind = HOLD_NOTHING;
}

/* @lower is in lower case, @text in any. */
static bool same_word(const char *text, const char *lower)
{
	while (*text && tolower(*text) == *lower)
		text++, lower++;
	return !*text && !*lower;
}

/* The words behind ORDER: perhaps a zone, perhaps a count. Return: false after
 * a line that says what is wrong. */
static bool zone_and_count_args(int argc, char **argv, gfp_t *gfp,
				unsigned long *count)
{
	if (argc && same_word(*argv, "dma"))
		*gfp |= __GFP_DMA, argc--, argv++;
	else if (argc && same_word(*argv, "high"))
		*gfp |= __GFP_HIGHMEM, argc--, argv++;
	else if (argc && isalpha(**argv)) {
		console_printf("alloc: '%.40s' is no zone: dma and high are\n",
			       *argv);
		return false;
	}
	if (argc > 1) {
		command_usage("alloc");
		return false;
	}
	if (argc && !number_arg("alloc", *argv, count))
		return false;
	if (!*count)
		console_printf("alloc: 0 blocks are nothing to hold\n");
	return *count;
}

static int alloc_pages_cmd(struct holding *h, int argc, char **argv)
{
	unsigned long order, count = 1;
	gfp_t gfp = GFP_KERNEL;

	if (!number_arg("alloc", argv[2], &order) ||
	    !zone_and_count_args(argc - 3, argv + 3, &gfp, &count))
		return 1;
	INIT_LIST_HEAD(&h->blocks);
	for (h->nr = 0; h->nr < count; h->nr++) {
		struct page *page = alloc_pages(gfp, (unsigned int)order);

		if (!page)
			break;
		list_add_tail(&page->lru, &h->blocks);
	}
	if (h->nr) {
		h->kind = HOLD_PAGES;
		h->order = (unsigned int)order;
		holding_print(h);
	}
	if (h->nr == count)
		return 0;
	console_printf("alloc: got %lu of %lu block%s; 'why' explains\n", h->nr,
		       count, plural(count));
	return 1;
}

static int alloc_bytes_cmd(struct holding *h, enum holding_kind kind,
			   const char *text)
{
	if (!number_arg("alloc", text, &h->nr))
		return 1;
	h->address = kind == HOLD_KMALLOC ? kmalloc(h->nr, GFP_KERNEL) :
					    vmalloc(h->nr);
	if (!h->address) {
		console_printf("alloc: no memory; 'why' explains\n");
		return 1;
	}
	h->kind = kind;
	holding_print(h);
	return 0;
}

static int cmd_alloc(int argc, char **argv)
{
	struct holding *h;

	if (argc == 1)
		return holdings_list();
	if (argc < 3)
		return command_usage("alloc");
	h = holding_new();
	if (!h)
		return 1;
	if (!strcmp(argv[1], "pages"))
		return alloc_pages_cmd(h, argc, argv);
	if (argc == 3 && !strcmp(argv[1], "kmalloc"))
		return alloc_bytes_cmd(h, HOLD_KMALLOC, argv[2]);
	if (argc == 3 && !strcmp(argv[1], "vmalloc"))
		return alloc_bytes_cmd(h, HOLD_VMALLOC, argv[2]);
	return command_usage("alloc");
}
CONSOLE_COMMAND(alloc,
		"[pages ORDER [dma|high] [COUNT] | kmalloc BYTES | "
		"vmalloc BYTES]",
		"hold memory by hand, or list what is held", cmd_alloc);

static int free_one(const char *text)
{
	unsigned long id;

	if (!number_arg("free", text, &id))
		return 1;
	if (!id || id > MAX_HOLDINGS || holdings[id - 1].kind == HOLD_NOTHING) {
		console_printf("free: %lu is not held; 'alloc' lists\n", id);
		return 1;
	}
	holding_free(&holdings[id - 1]);
	return 0;
}

static int cmd_free(int argc, char **argv)
{
	unsigned int i;
	int failed = 0;

	if (argc < 2)
		return command_usage("free");
	if (argc == 2 && !strcmp(argv[1], "all")) {
		for (i = 0; i < MAX_HOLDINGS; i++)
			holding_free(&holdings[i]);
		return 0;
	}
	while (--argc)
		failed |= free_one(*++argv);
	return failed;
}
CONSOLE_COMMAND(free, "ID ... | all", "give back what alloc holds", cmd_free);

static int cmd_check(int argc, char **argv)
{
	(void)argv;
	if (argc != 1)
		return command_usage("check");
	return mm_check() ? 1 : 0;
}
CONSOLE_COMMAND(check, "", "walk every invariant of memory", cmd_check);

static void show_address(struct seq_file *m, unsigned long addr)
{
	addr_describe(m, addr);
}

static int cmd_whatis(int argc, char **argv)
{
	unsigned long addr;
	int err;

	if (argc != 2)
		return command_usage("whatis");
	err = kstrtoul(argv[1], 16, &addr);
	if (err) {
		console_printf("whatis: '%.40s' is %s\n", argv[1],
			       err == -ERANGE ?
				       "too large a number for an address" :
				       "not a hexadecimal address");
		return 1;
	}
	console_show(show_address, addr);
	return 0;
}
CONSOLE_COMMAND(whatis, "ADDRESS", "say what an address (hex) is", cmd_whatis);

static void show_why(struct seq_file *m, unsigned long unused)
{
	(void)unused;
	mm_explain_last_failure(m);
}

struct why_request {
	gfp_t gfp;
	unsigned long order;
};

static void show_why_request(struct seq_file *m, unsigned long arg)
{
	const struct why_request *req = (const void *)arg;

	mm_explain_request(m, req->gfp, (unsigned int)req->order);
}

static int cmd_why(int argc, char **argv)
{
	struct why_request req = { .order = 0 };
	const char *wrong;

	if (argc > 3)
		return command_usage("why");
	if (argc == 1) {
		console_show(show_why, 0);
		return 0;
	}
	if (gfp_parse(argv[1], &req.gfp, &wrong)) {
		console_printf("why: '%.40s' is no word for flags, such as "
			       "GFP_KERNEL\n",
			       wrong);
		return 1;
	}
	if (argc == 3 && !number_arg("why", argv[2], &req.order))
		return 1;
	console_show(show_why_request, (unsigned long)&req);
	return 0;
}
static const char *gfp_candidate(const char *word, unsigned int i)
{
	(void)word;
	return gfp_word_name(i);
}
CONSOLE_COMMAND_WORDS(
	why, "[GFP_WORDS [ORDER]]",
	"explain the last request that failed, or what one would meet "
	"now",
	cmd_why, gfp_candidate);
