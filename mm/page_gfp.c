/* SPDX-License-Identifier: MIT */
/*
 * page_gfp.c - a request's flags: what contradicts itself, and words for them
 *
 * The rules that a request is judged by before anybody looks at memory, and one
 * table of names, for printing and for reading. Printing prefers the longest
 * word, as Linux's %pGg does: GFP_KERNEL, not its four bits.
 *
 * Both the requests themselves (page_alloc.c) and the traces of what they would
 * meet (page_trace.c) ask here, so the two cannot drift apart.
 *
 * Locking: none; pure functions. Context: any.
 */
#include <kernel/ctype.h>
#include <kernel/errno.h>
#include <kernel/parse.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <kernel/vsnprintf.h>
#include <mm/page_alloc.h>
#include "internal.h"

const char *alloc_contradiction(gfp_t gfp, unsigned int order)
{
	if (order >= MAX_ORDER)
		return "order too large";
	if (gfp & ~__GFP_ALL)
		return "unknown gfp bits";
	if ((gfp & __GFP_ZONE_MASK) == __GFP_ZONE_MASK)
		return "both __GFP_DMA and __GFP_HIGHMEM";
	if ((gfp & __GFP_DMA32) && (gfp & __GFP_ZONE_MASK))
		return "__GFP_DMA32 and another zone";
	if ((gfp & __GFP_MOBILITY_MASK) == __GFP_MOBILITY_MASK)
		return "both __GFP_MOVABLE and __GFP_RECLAIMABLE";
	if ((gfp & __GFP_ATOMIC) && gfp_may_sleep(gfp))
		return "both __GFP_ATOMIC and __GFP_DIRECT_RECLAIM";
	if (!(gfp & __GFP_NOFAIL))
		return NULL;
	if (order > 1)
		return "__GFP_NOFAIL above order 1";
	if (!gfp_may_sleep(gfp))
		return "__GFP_NOFAIL without __GFP_DIRECT_RECLAIM";
	return gfp & __GFP_NORETRY ? "both __GFP_NOFAIL and __GFP_NORETRY" :
				     NULL;
}

unsigned int alloc_reclaim_rounds(gfp_t gfp, unsigned int order)
{
	if (gfp & __GFP_NORETRY)
		return 1;
	if (order > ALLOC_COSTLY_ORDER && !(gfp & __GFP_RETRY_MAYFAIL))
		return 1;
	return gfp & __GFP_IO ? ALLOC_RECLAIM_ROUNDS :
				ALLOC_RECLAIM_ROUNDS_NOIO;
}

/* --- words ---------------------------------------------------------------- */

#define GFP_WORD(word)        \
	{                     \
#word, (word) \
	}

/* Printed is the first that fits, so a word stands before what it is made of.
 * Those that are never printed are for readers of text. */
static const struct gfp_word {
	const char *name;
	gfp_t bits;
} gfp_words[] = {
	GFP_WORD(GFP_HIGHUSER_MOVABLE),
	GFP_WORD(GFP_HIGHUSER),
	GFP_WORD(GFP_USER),
	GFP_WORD(GFP_KERNEL_ACCOUNT),
	GFP_WORD(GFP_KERNEL),
	GFP_WORD(GFP_NOFS),
	GFP_WORD(GFP_ATOMIC),
	GFP_WORD(GFP_NOIO),
	GFP_WORD(GFP_NOWAIT),
	GFP_WORD(GFP_DMA),
	GFP_WORD(GFP_DMA32),
	GFP_WORD(__GFP_DMA),
	GFP_WORD(__GFP_HIGHMEM),
	GFP_WORD(__GFP_DMA32),
	GFP_WORD(__GFP_MOVABLE),
	GFP_WORD(__GFP_RECLAIMABLE),
	GFP_WORD(__GFP_HIGH),
	GFP_WORD(__GFP_IO),
	GFP_WORD(__GFP_FS),
	GFP_WORD(__GFP_ZERO),
	GFP_WORD(__GFP_ATOMIC),
	GFP_WORD(__GFP_RECLAIM),
	GFP_WORD(__GFP_DIRECT_RECLAIM),
	GFP_WORD(__GFP_KSWAPD_RECLAIM),
	GFP_WORD(__GFP_WRITE),
	GFP_WORD(__GFP_NOWARN),
	GFP_WORD(__GFP_RETRY_MAYFAIL),
	GFP_WORD(__GFP_NOFAIL),
	GFP_WORD(__GFP_NORETRY),
	GFP_WORD(__GFP_MEMALLOC),
	GFP_WORD(__GFP_COMP),
	GFP_WORD(__GFP_NOMEMALLOC),
	GFP_WORD(__GFP_HARDWALL),
	GFP_WORD(__GFP_THISNODE),
	GFP_WORD(__GFP_ACCOUNT),
};

const char *gfp_word_name(unsigned int i)
{
	return i < ARRAY_SIZE(gfp_words) ? gfp_words[i].name : NULL;
}

const char *gfp_format(gfp_t gfp, char *buf, size_t size)
{
	unsigned int i;
	int len = 0;

	scnprintf(buf, size, "%s", gfp ? "" : "none");
	for (i = 0; gfp && i < ARRAY_SIZE(gfp_words); i++) {
		if ((gfp & gfp_words[i].bits) != gfp_words[i].bits)
			continue;
		gfp &= ~gfp_words[i].bits;
		len += scnprintf(buf + len, size - (size_t)len, "%s%s",
				 gfp_words[i].name, gfp ? "|" : "");
	}
	if (gfp)
		scnprintf(buf + len, size - (size_t)len, "%#x", gfp);
	return buf;
}

/* The bits of the @len characters at @text, in either case; 0: no such word. */
static gfp_t gfp_word_bits(const char *text, size_t len)
{
	unsigned int i;
	size_t n;

	for (i = 0; i < ARRAY_SIZE(gfp_words); i++) {
		const char *name = gfp_words[i].name;

		for (n = 0; n < len && toupper(text[n]) == toupper(name[n]);)
			n++;
		if (n == len && !name[n])
			return gfp_words[i].bits;
	}
	return 0;
}

/* A number as gfp_format() and the log print it. */
static bool gfp_number(const char *text, size_t len, gfp_t *bits)
{
	char digits[16];

	if (len >= sizeof(digits))
		return false;
	memcpy(digits, text, len);
	digits[len] = '\0';
	return !kstrtouint(digits, 0, bits);
}

int gfp_parse(const char *text, gfp_t *gfp, const char **wrong)
{
	gfp_t sum = 0;

	for (;;) {
		size_t len = strcspn(text, "|");
		gfp_t bits = gfp_word_bits(text, len);

		if (!bits && !gfp_number(text, len, &bits)) {
			*wrong = text;
			return -EINVAL;
		}
		sum |= bits;
		if (!text[len])
			break;
		text += len + 1;
	}
	*gfp = sum;
	return 0;
}
