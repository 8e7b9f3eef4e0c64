/* SPDX-License-Identifier: MIT */
/*
 * kobject.h - an object with a name and a count of its users
 *
 * What is left of Linux's: a name, references, and a function that is called
 * when the last one goes. There is no tree of objects and no sysfs below them.
 *
 * Context: kobject_put() may be the last: then what release() may.
 */
#ifndef FS_KOBJECT_H
#define FS_KOBJECT_H

#include <kernel/atomic.h>

struct kobject;

struct kobj_type {
	void (*release)(struct kobject *kobj);
};

struct kobject {
	const char *name; /* NULL: none so far */
	struct kobject *parent; /* held as long as this one is there */
	const struct kobj_type *ktype;
	atomic_t refs;
};

/* One user, the caller. */
void kobject_init(struct kobject *kobj, const struct kobj_type *ktype);

/* Return: 0, or -ENOMEM; then the old name stays. May sleep. */
int __printf(2, 3) kobject_set_name(struct kobject *kobj, const char *fmt, ...);

static inline const char *kobject_name(const struct kobject *kobj)
{
	return kobj->name;
}

/* Return: @kobj. NULL is allowed. */
struct kobject *kobject_get(struct kobject *kobj);
/* The same, but NULL if nobody uses it any more. */
struct kobject *__must_check kobject_get_unless_zero(struct kobject *kobj);
void kobject_put(struct kobject *kobj);

#endif
