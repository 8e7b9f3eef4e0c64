/* SPDX-License-Identifier: MIT */
/*
 * devres.h - what a driver has, given back when it lets go of its device
 *
 * A driver that takes memory, an interrupt or a range by a call whose name begins
 * with devm_ gives nothing back by itself: it is done, the last first, when its
 * probe() fails, and behind its remove().
 *
 *	regs = devm_ioremap(&pdev->dev, start, bytes);
 *	err = devm_request_irq(&pdev->dev, irq, handler, 0, "edu", edu);
 *
 * What these calls do not know is added with devm_add_action(), or as a resource
 * of one's own with devres_alloc() and devres_add().
 *
 * So the order in which things are taken is the order in which they are needed: a
 * handler is requested behind the memory that it uses.
 *
 * The device is one that a driver is bound to, or one of device_create(), where
 * device_destroy() gives back. For any other nobody would: devres_add() warns.
 *
 * Context, unless said otherwise: process, may sleep.
 */
#ifndef FS_DEVRES_H
#define FS_DEVRES_H

#include <fs/device.h>
#include <fs/devres_io.h>
#include <kernel/err.h>
#include <kernel/util.h>
#include <mm/gfp.h>

/* Gives back what @res says that @dev's driver has; @res itself is freed behind.
 * Context: that of devres_release_all(). */
typedef void (*dr_release_t)(struct device *dev, void *res);
/* Is it this one? Called with a lock held. */
typedef int (*dr_match_t)(struct device *dev, void *res, void *match_data);

/**
 * devres_alloc - a resource of @size bytes, zeroed, of nobody yet
 * @release: what is done when it is given back; tells it from others, too
 * @gfp: GFP_KERNEL, or GFP_ATOMIC
 *
 * Return: the bytes, aligned to 8, for devres_add() or devres_free(); NULL.
 * Context: as kmalloc().
 */
#define devres_alloc(release, size, gfp) \
	__devres_alloc((release), (size), (gfp), #release)
void *__must_check __devres_alloc(dr_release_t release, size_t size, gfp_t gfp,
				  const char *name);
/* One that was not added, or was removed. NULL is harmless. */
void devres_free(void *res);

/* It is @dev's from now on. Context: any but NMI. */
void devres_add(struct device *dev, void *res);

/**
 * devres_find - the newest of @dev's resources with this release()
 * @match: and of these the first it says yes to; NULL: any
 * Return: it stays @dev's; NULL: there is none. Context: any but NMI.
 */
void *devres_find(struct device *dev, dr_release_t release, dr_match_t match,
		  void *match_data);

/* The one that is there already, then @new_res is freed; else @new_res, added. */
void *devres_get(struct device *dev, void *new_res, dr_match_t match,
		 void *match_data);

/* As devres_find(), but it is not @dev's any more: for devres_free(). */
void *devres_remove(struct device *dev, dr_release_t release, dr_match_t match,
		    void *match_data);
/* And freed, release() not called. Return: 0; -ENOENT: there is none. */
int devres_destroy(struct device *dev, dr_release_t release, dr_match_t match,
		   void *match_data);
/* And release() called before. Return: as devres_destroy(). */
int devres_release(struct device *dev, dr_release_t release, dr_match_t match,
		   void *match_data);

/**
 * devres_release_all - give back all that @dev's driver has, the newest first
 *
 * For those who bind drivers. A release() may take and give back more.
 * Return: how many there were.
 */
int devres_release_all(struct device *dev);

/* --- actions -------------------------------------------------------------------- */

/* Call @action(@data) then. Return: 0; -ENOMEM. */
int __must_check devm_add_action(struct device *dev, void (*action)(void *data),
				 void *data);
/* The same; without memory it is called at once, so that nothing is left. */
int __must_check devm_add_action_or_reset(struct device *dev,
					  void (*action)(void *data),
					  void *data);
/* It is not called; it is called now. One that is not there is a warning. */
void devm_remove_action(struct device *dev, void (*action)(void *data),
			void *data);
void devm_release_action(struct device *dev, void (*action)(void *data),
			 void *data);

/* --- memory ----------------------------------------------------------------------- */

/**
 * devm_kmalloc - kmalloc() that is freed with the rest
 * Return: as kmalloc(), aligned to 8. Context: as kmalloc().
 */
void *__must_check devm_kmalloc(struct device *dev, size_t size, gfp_t gfp);

static inline void *__must_check devm_kzalloc(struct device *dev, size_t size,
					      gfp_t gfp)
{
	return devm_kmalloc(dev, size, gfp | __GFP_ZERO);
}

static inline void *__must_check devm_kmalloc_array(struct device *dev,
						    size_t n, size_t size,
						    gfp_t gfp)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes))
		return NULL;
	return devm_kmalloc(dev, bytes, gfp);
}

static inline void *__must_check devm_kcalloc(struct device *dev, size_t n,
					      size_t size, gfp_t gfp)
{
	return devm_kmalloc_array(dev, n, size, gfp | __GFP_ZERO);
}

void *__must_check devm_kmemdup(struct device *dev, const void *src, size_t len,
				gfp_t gfp);
char *__must_check devm_kstrdup(struct device *dev, const char *s, gfp_t gfp);
char *__printf(3, 0) __must_check
	devm_kvasprintf(struct device *dev, gfp_t gfp, const char *fmt,
			va_list args);
char *__printf(3, 4) __must_check
	devm_kasprintf(struct device *dev, gfp_t gfp, const char *fmt, ...);
/* Earlier than by itself. NULL is harmless; what is not @dev's is a warning. */
void devm_kfree(struct device *dev, const void *p);

/* 2^@order pages. Return: their address; 0. */
unsigned long __must_check devm_get_free_pages(struct device *dev, gfp_t gfp,
					       unsigned int order);
void devm_free_pages(struct device *dev, unsigned long addr);

#endif
