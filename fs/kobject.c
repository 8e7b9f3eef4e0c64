/* SPDX-License-Identifier: MIT */
/* kobject.c - a name and a count of users. */
#include <fs/kobject.h>
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/export.h>
#include <mm/slab.h>

void kobject_init(struct kobject *kobj, const struct kobj_type *ktype)
{
	*kobj = (struct kobject){ .ktype = ktype };
	atomic_set(&kobj->refs, 1);
}
EXPORT_SYMBOL(kobject_init);

int kobject_set_name(struct kobject *kobj, const char *fmt, ...)
{
	va_list args;
	char *name;

	va_start(args, fmt);
	name = kvasprintf(GFP_KERNEL, fmt, args);
	va_end(args);
	if (!name)
		return -ENOMEM;
	kfree(kobj->name);
	kobj->name = name;
	return 0;
}
EXPORT_SYMBOL(kobject_set_name);

struct kobject *kobject_get(struct kobject *kobj)
{
	if (kobj)
		WARN_ON_ONCE(atomic_inc_return(&kobj->refs) < 2);
	return kobj;
}
EXPORT_SYMBOL(kobject_get);

struct kobject *kobject_get_unless_zero(struct kobject *kobj)
{
	return atomic_inc_not_zero(&kobj->refs) ? kobj : NULL;
}
EXPORT_SYMBOL(kobject_get_unless_zero);

void kobject_put(struct kobject *kobj)
{
	struct kobject *parent;
	const char *name;

	if (!kobj || !atomic_dec_and_test(&kobj->refs))
		return;
	/* release() may free it. */
	parent = kobj->parent;
	name = kobj->name;
	kobj->name = NULL;
	if (kobj->ktype->release)
		kobj->ktype->release(kobj);
	kfree(name);
	kobject_put(parent);
}
EXPORT_SYMBOL(kobject_put);
