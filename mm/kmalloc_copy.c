/* SPDX-License-Identifier: MIT */
/*
 * kmalloc_copy.c - copies and texts in memory of kmalloc(), memory of either
 * kind, and the freeing of secrets
 *
 * Each call asks by its caller's address, so that a failure names who wanted
 * the copy.
 *
 * Locking: none here.
 */
#include <kernel/string.h>
#include <kernel/vsnprintf.h>
#include <asm/processor.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>
#include "slab_internal.h"

void *kmemdup_at(const void *src, size_t len, gfp_t gfp, unsigned long site)
{
	void *copy = kmalloc_at(len, gfp, site);

	return copy && len ? memcpy(copy, src, len) : copy;
}

void *kmemdup(const void *src, size_t len, gfp_t gfp)
{
	return src ? kmemdup_at(src, len, gfp, _RET_IP_) : NULL;
}

char *kstrdup(const char *s, gfp_t gfp)
{
	return s ? kmemdup_at(s, strlen(s) + 1, gfp, _RET_IP_) : NULL;
}

const char *kstrdup_const_at(const char *s, gfp_t gfp, unsigned long site)
{
	if (!s || arch_image_part((unsigned long)s) == IMAGE_RODATA)
		return s;
	return kmemdup_at(s, strlen(s) + 1, gfp, site);
}

const char *kstrdup_const(const char *s, gfp_t gfp)
{
	return kstrdup_const_at(s, gfp, _RET_IP_);
}

void kfree_const(const void *p)
{
	if (arch_image_part((unsigned long)p) != IMAGE_RODATA)
		kfree(p);
}

char *kmemdup_nul_at(const char *s, size_t len, gfp_t gfp, unsigned long site)
{
	char *copy;

	if (!s || len == SIZE_MAX)
		return NULL;
	copy = kmalloc_at(len + 1, gfp, site);
	if (copy) {
		memcpy(copy, s, len);
		copy[len] = '\0';
	}
	return copy;
}

char *kstrndup(const char *s, size_t max, gfp_t gfp)
{
	return kmemdup_nul_at(s, s ? strnlen(s, max) : 0, gfp, _RET_IP_);
}

char *kmemdup_nul(const char *s, size_t len, gfp_t gfp)
{
	return kmemdup_nul_at(s, len, gfp, _RET_IP_);
}

char *kvasprintf_at(gfp_t gfp, const char *fmt, va_list args,
		    unsigned long site)
{
	va_list again;
	size_t bytes;
	char *text;

	va_copy(again, args);
	bytes = (size_t)vsnprintf(NULL, 0, fmt, again) + 1;
	va_end(again);
	text = kmalloc_at(bytes, gfp, site);
	if (text)
		vsnprintf(text, bytes, fmt, args);
	return text;
}

char *kvasprintf(gfp_t gfp, const char *fmt, va_list args)
{
	return kvasprintf_at(gfp, fmt, args, _RET_IP_);
}

char *kasprintf(gfp_t gfp, const char *fmt, ...)
{
	va_list args;
	char *text;

	va_start(args, fmt);
	text = kvasprintf_at(gfp, fmt, args, _RET_IP_);
	va_end(args);
	return text;
}

void kfree_sensitive(const void *p)
{
	void *secret = (void *)(unsigned long)p;
	size_t bytes = ksize(p);

	if (bytes) {
		memset(secret, 0, bytes);
		/* The memory is read by nobody we know, yet must be clear. */
		__asm__ volatile("" : : "r"(secret) : "memory");
	}
	kfree(p);
}

/* ---- contiguous or not --------------------------------------------------- */

void *kvmalloc_at(size_t size, gfp_t gfp, unsigned long site)
{
	gfp_t lightly = gfp;
	void *p;

	/* More than a page: vmalloc() has it anyway, so nobody is troubled. */
	if (size > PAGE_SIZE && gfp_may_sleep(gfp))
		lightly = (gfp & ~__GFP_NOFAIL) | __GFP_NOWARN | __GFP_NORETRY;
	p = kmalloc_at(size, lightly, site);
	if (p || size <= PAGE_SIZE || !gfp_may_sleep(gfp))
		return p;
	/* Anywhere, unless somewhere was asked for. */
	if (!(gfp & (__GFP_ZONE_MASK | __GFP_DMA32)))
		gfp |= __GFP_HIGHMEM;
	return __vmalloc_node(size, 1, gfp, -1, (void *)site);
}

void *kvmalloc(size_t size, gfp_t gfp)
{
	return kvmalloc_at(size, gfp, _RET_IP_);
}

void *kvmalloc_array(size_t n, size_t size, gfp_t gfp)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes))
		return NULL;
	return kvmalloc_at(bytes, gfp, _RET_IP_);
}

void *kvrealloc_at(const void *p, size_t old_size, size_t size, gfp_t gfp,
		   unsigned long site)
{
	void *larger;

	if (old_size >= size)
		return (void *)(unsigned long)p;
	larger = kvmalloc_at(size, gfp, site);
	if (larger && p) {
		memcpy(larger, p, old_size);
		kvfree(p);
	}
	return larger;
}

void *kvrealloc(const void *p, size_t old_size, size_t size, gfp_t gfp)
{
	return kvrealloc_at(p, old_size, size, gfp, _RET_IP_);
}

void kvfree(const void *p)
{
	if (is_vmalloc_addr(p))
		vfree(p);
	else
		kfree(p);
}
