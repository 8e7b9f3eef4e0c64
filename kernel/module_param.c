/* SPDX-License-Identifier: MIT */
/*
 * module_param.c - values for a module's variables, from the words of insmod
 *
 * The words are cut up as those of the kernel's command line are, and each is
 * given to the operations of its type. Numbers are read in full width and must
 * fit the variable's. A '-' in a name stands for a '_'.
 *
 * A charp parameter gets a copy of its text, which belongs to this room until
 * the module goes; what the variable was before, its default, belongs to the
 * module. So the copies are on a list.
 *
 * Locking: param_mutex, around each set and get; texts_lock's list lies within.
 */
#define pr_fmt(fmt) "module: " fmt

#include <kernel/errno.h>
#include <kernel/parse.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/slab.h>
#include <asm/page.h>
#include <asm/processor.h>
#include "module_internal.h"

/* As on Linux: a longer text is no parameter's. */
#define TEXT_MAX_BYTES 1024u

static DEFINE_MUTEX(param_mutex);

/* --- numbers ------------------------------------------------------------------- */

/*
 * @type: what is stored; @wide: what kstrto##parse() reads. kstrto..() says
 * -ERANGE for what does not fit the wide type, this for what does not fit the
 * narrow one.
 */
#define PARAM_NUMBER(word, type, wide, parse, base, format)                  \
	int param_set_##word(const char *val, const struct kernel_param *kp) \
	{                                                                    \
		wide value;                                                  \
		int err = kstrto##parse(val, base, &value);                  \
                                                                             \
		if (err)                                                     \
			return err;                                          \
		if ((wide)(type)value != value)                              \
			return -ERANGE;                                      \
		*(type *)kp->arg = (type)value;                              \
		return 0;                                                    \
	}                                                                    \
	int param_get_##word(char *buffer, const struct kernel_param *kp)    \
	{                                                                    \
		return scnprintf(buffer, PAGE_SIZE, format "\n",             \
				 *(const type *)kp->arg);                    \
	}                                                                    \
	const struct kernel_param_ops param_ops_##word = {                   \
		.set = param_set_##word,                                     \
		.get = param_get_##word,                                     \
	};                                                                   \
	EXPORT_SYMBOL(param_set_##word);                                     \
	EXPORT_SYMBOL(param_get_##word);                                     \
	EXPORT_SYMBOL(param_ops_##word)

PARAM_NUMBER(byte, unsigned char, unsigned long, ul, 0, "%hhu");
PARAM_NUMBER(short, short, long, l, 0, "%hi");
PARAM_NUMBER(ushort, unsigned short, unsigned long, ul, 0, "%hu");
PARAM_NUMBER(int, int, long, l, 0, "%i");
PARAM_NUMBER(uint, unsigned int, unsigned long, ul, 0, "%u");
PARAM_NUMBER(long, long, long, l, 0, "%li");
PARAM_NUMBER(ulong, unsigned long, unsigned long, ul, 0, "%lu");
PARAM_NUMBER(ullong, unsigned long long, unsigned long long, ull, 0, "%llu");
PARAM_NUMBER(hexint, unsigned int, unsigned long, ul, 16, "%#08x");

/* --- yes and no ---------------------------------------------------------------- */

/* A name alone means yes. */
int param_set_bool(const char *val, const struct kernel_param *kp)
{
	return kstrtobool(val ? val : "1", kp->arg);
}

int param_get_bool(char *buffer, const struct kernel_param *kp)
{
	return scnprintf(buffer, PAGE_SIZE, "%c\n",
			 *(const bool *)kp->arg ? 'Y' : 'N');
}

const struct kernel_param_ops param_ops_bool = {
	.flags = KERNEL_PARAM_OPS_FL_NOARG,
	.set = param_set_bool,
	.get = param_get_bool,
};
EXPORT_SYMBOL(param_set_bool);
EXPORT_SYMBOL(param_get_bool);
EXPORT_SYMBOL(param_ops_bool);

int param_set_invbool(const char *val, const struct kernel_param *kp)
{
	bool on;
	int err = kstrtobool(val, &on);

	if (!err)
		*(bool *)kp->arg = !on;
	return err;
}

int param_get_invbool(char *buffer, const struct kernel_param *kp)
{
	return scnprintf(buffer, PAGE_SIZE, "%c\n",
			 *(const bool *)kp->arg ? 'N' : 'Y');
}

const struct kernel_param_ops param_ops_invbool = {
	.set = param_set_invbool,
	.get = param_get_invbool,
};
EXPORT_SYMBOL(param_set_invbool);
EXPORT_SYMBOL(param_get_invbool);
EXPORT_SYMBOL(param_ops_invbool);

/* --- texts --------------------------------------------------------------------- */

/* A text that this room has made for a charp. */
struct param_text {
	struct list_head link;
	const struct loaded_module *owner;
	const void *arg; /* the variable: it may be gone (__initdata) */
	char text[];
};
static LIST_HEAD(param_texts); /* guarded by param_mutex */
/* Whose parameters are being set or freed; guarded by param_mutex. */
static const struct loaded_module *param_owner;

/* Those of the owner for @arg; NULL: for all his variables. */
static void texts_free(const void *arg)
{
	struct param_text *t, *next;

	list_for_each_entry_safe(t, next, &param_texts, link) {
		if (t->owner != param_owner || (arg && t->arg != arg))
			continue;
		list_del(&t->link);
		kfree(t);
	}
}

void param_free_charp(void *arg)
{
	texts_free(arg);
}

int param_set_charp(const char *val, const struct kernel_param *kp)
{
	size_t len = strnlen(val, TEXT_MAX_BYTES + 1) + 1;
	struct param_text *t;

	if (len > TEXT_MAX_BYTES)
		return -ENOSPC;
	t = kmalloc(sizeof(*t) + len, GFP_KERNEL);
	if (!t)
		return -ENOMEM;
	memcpy(t->text, val, len);
	t->owner = param_owner;
	t->arg = kp->arg;
	param_free_charp(kp->arg);
	list_add(&t->link, &param_texts);
	*(char **)kp->arg = t->text;
	return 0;
}

int param_get_charp(char *buffer, const struct kernel_param *kp)
{
	return scnprintf(buffer, PAGE_SIZE, "%s\n", *(char *const *)kp->arg);
}

const struct kernel_param_ops param_ops_charp = {
	.set = param_set_charp,
	.get = param_get_charp,
	.free = param_free_charp,
};
EXPORT_SYMBOL(param_set_charp);
EXPORT_SYMBOL(param_get_charp);
EXPORT_SYMBOL(param_free_charp);
EXPORT_SYMBOL(param_ops_charp);

int param_set_copystring(const char *val, const struct kernel_param *kp)
{
	size_t len = strnlen(val, kp->str->maxlen) + 1;

	if (len > kp->str->maxlen)
		return -ENOSPC;
	memcpy(kp->str->string, val, len);
	return 0;
}

int param_get_string(char *buffer, const struct kernel_param *kp)
{
	return scnprintf(buffer, PAGE_SIZE, "%s\n", kp->str->string);
}

const struct kernel_param_ops param_ops_string = {
	.set = param_set_copystring,
	.get = param_get_string,
};
EXPORT_SYMBOL(param_set_copystring);
EXPORT_SYMBOL(param_get_string);
EXPORT_SYMBOL(param_ops_string);

/* --- arrays: values with commas between ----------------------------------------- */

/* Element @i, as a parameter of its own. */
static struct kernel_param array_element(const struct kernel_param *kp,
					 unsigned int i)
{
	struct kernel_param one = *kp;

	one.ops = kp->arr->ops;
	one.arg = (u8 *)kp->arr->elem + i * kp->arr->elemsize;
	return one;
}

static int param_array_set(const char *val, const struct kernel_param *kp)
{
	size_t len = strlen(val) + 1;
	char *copy = kmalloc(len, GFP_KERNEL), *rest = copy, *word;
	unsigned int nr = 0;
	int err = 0;

	if (!copy)
		return -ENOMEM;
	memcpy(copy, val, len);
	while (!err && (word = strsep(&rest, ","))) {
		struct kernel_param one;

		if (nr == kp->arr->max) {
			err = -EINVAL;
			break;
		}
		one = array_element(kp, nr++);
		err = one.ops->set(word, &one);
	}
	kfree(copy);
	if (!err && kp->arr->num)
		*kp->arr->num = nr;
	return err;
}

static unsigned int array_count(const struct kernel_param *kp)
{
	return kp->arr->num ? min(*kp->arr->num, kp->arr->max) : kp->arr->max;
}

/* An element's getter ends with a newline and wants a page of its own. */
static int param_array_get(char *buffer, const struct kernel_param *kp)
{
	char *one_text = kmalloc(PAGE_SIZE, GFP_KERNEL);
	unsigned int i;
	int n = 0;

	if (!one_text)
		return -ENOMEM;
	for (i = 0; i < array_count(kp); i++) {
		struct kernel_param one = array_element(kp, i);
		int len = one.ops->get(one_text, &one);

		if (len < 0 || n + len >= (int)PAGE_SIZE)
			break;
		if (n)
			buffer[n - 1] = ',';
		memcpy(buffer + n, one_text, (size_t)len);
		n += len;
	}
	buffer[n] = '\0';
	kfree(one_text);
	return n;
}

static void param_array_free(void *arg)
{
	const struct kparam_array *arr = arg;
	unsigned int i;

	for (i = 0; arr->ops->free && i < arr->max; i++)
		arr->ops->free((u8 *)arr->elem + i * arr->elemsize);
}

const struct kernel_param_ops param_array_ops = {
	.set = param_array_set,
	.get = param_array_get,
	.free = param_array_free,
};
EXPORT_SYMBOL(param_array_ops);

/* --- types as texts --------------------------------------------------------------- */

struct letter_type {
	char letter;
	unsigned int bytes;
	const struct kernel_param_ops *ops;
};
static const struct letter_type letter_types[] = {
	{ 'b', sizeof(char), &param_ops_byte },
	{ 'h', sizeof(short), &param_ops_short },
	{ 'i', sizeof(int), &param_ops_int },
	{ 'l', sizeof(long), &param_ops_long },
	{ 's', sizeof(char *), &param_ops_charp },
};

/* What @kl->type says: an array of @min to @max. NULL: it is not understood, or
 * the variable has no room for so many. */
static const struct letter_type *letters_read(const struct kparam_letters *kl,
					      unsigned int *min,
					      unsigned int *max)
{
	const char *p = kl->type;
	unsigned int i;
	char *end;

	*min = *max = 1;
	if (*p >= '0' && *p <= '9') {
		*min = (unsigned int)simple_strtoul(p, &end, 10);
		*max = *end == '-' ?
			       (unsigned int)simple_strtoul(end + 1, &end, 10) :
			       *min;
		p = end;
	}
	for (i = 0; i < ARRAY_SIZE(letter_types); i++) {
		const struct letter_type *t = &letter_types[i];

		if (t->letter == p[0] && !p[1] && *max >= *min &&
		    *max <= kl->bytes / t->bytes)
			return t;
	}
	return NULL;
}

static int param_set_letters(const char *val, const struct kernel_param *kp)
{
	const struct kparam_letters *kl = kp->arg;
	struct kparam_array array = { .elem = kl->var };
	struct kernel_param as_array = *kp;
	unsigned int min, max, nr;
	const struct letter_type *t = letters_read(kl, &min, &max);
	int err;

	if (!t)
		return -EINVAL;
	array.max = max;
	array.elemsize = t->bytes;
	array.num = &nr;
	array.ops = t->ops;
	as_array.arr = &array;
	/* One text may have commas in it. */
	if (max == 1) {
		as_array = array_element(&as_array, 0);
		return t->ops->set(val, &as_array);
	}
	err = param_array_set(val, &as_array);
	return !err && nr < min ? -EINVAL : err;
}

static void param_free_letters(void *arg)
{
	const struct kparam_letters *kl = arg;
	unsigned int min, max, i;
	const struct letter_type *t = letters_read(kl, &min, &max);

	for (i = 0; t && t->ops->free && i < max; i++)
		t->ops->free((u8 *)kl->var + i * t->bytes);
}

const struct kernel_param_ops param_ops_letters = {
	.set = param_set_letters,
	.free = param_free_letters,
};
EXPORT_SYMBOL(param_ops_letters);

/* All modules have one lock: a module's own would do as well. */
void kernel_param_lock(struct module *module)
{
	(void)module;
	mutex_lock(&param_mutex);
}
EXPORT_SYMBOL(kernel_param_lock);

void kernel_param_unlock(struct module *module)
{
	(void)module;
	mutex_unlock(&param_mutex);
}
EXPORT_SYMBOL(kernel_param_unlock);

/* --- a module's ----------------------------------------------------------------- */

/* Operations are the kernel's, or the module's own. */
static bool param_is_sound(const struct loaded_module *lm,
			   const struct kernel_param *kp)
{
	unsigned long ops = (unsigned long)kp->ops;

	if (!module_keeps(lm, kp, sizeof(*kp)) ||
	    !module_keeps_text(lm, kp->name))
		return false;
	if (arch_image_part(ops) != IMAGE_RODATA &&
	    !module_keeps(lm, kp->ops, sizeof(*kp->ops)))
		return false;
	return !kp->arg || module_has(lm, kp->arg, 1);
}

int module_check_params(const struct loaded_module *lm)
{
	u32 i;

	for (i = 0; i < lm->nr_params; i++) {
		if (param_is_sound(lm, &lm->params[i]))
			continue;
		pr_err("%s: section __param, entry %u points outside the"
		       " module\n",
		       lm->mod.name, i);
		return -ENOEXEC;
	}
	return 0;
}

static bool same_name(const char *a, const char *b)
{
	for (; *a && *b; a++, b++) {
		if (*a != *b && !(*a == '-' && *b == '_') &&
		    !(*a == '_' && *b == '-'))
			return false;
	}
	return *a == *b;
}

static const struct kernel_param *param_find(const struct loaded_module *lm,
					     const char *name)
{
	u32 i;

	for (i = 0; i < lm->nr_params; i++) {
		if (same_name(lm->params[i].name, name))
			return &lm->params[i];
	}
	return NULL;
}

/* The words are Linux's. */
static int set_refused(const struct loaded_module *lm, const char *name,
		       const char *value, int err)
{
	if (err == -ENOSPC)
		pr_err("%s: '%.64s' too large for parameter '%.64s'\n",
		       lm->mod.name, value, name);
	else
		pr_err("%s: '%.64s' invalid for parameter '%.64s' (%d)\n",
		       lm->mod.name, value ? value : "", name, err);
	return err;
}

static int param_give(const struct loaded_module *lm,
		      const struct kernel_param *kp, const char *value)
{
	int err;

	mutex_lock(&param_mutex);
	param_owner = lm;
	err = kp->ops->set(value, kp);
	param_owner = NULL;
	mutex_unlock(&param_mutex);
	return err;
}

static int set_param(const struct loaded_module *lm, const char *name,
		     const char *value)
{
	const struct kernel_param *kp = param_find(lm, name);
	int err;

	/* Another version of a module may know a name; none knows this. */
	if (!*name)
		return set_refused(lm, name, value, -EINVAL);
	if (!kp) {
		pr_warn("%s: unknown parameter '%.64s' ignored\n", lm->mod.name,
			name);
		return 0;
	}
	if (!kp->ops->set ||
	    (!value && !(kp->ops->flags & KERNEL_PARAM_OPS_FL_NOARG)))
		return set_refused(lm, name, value, -EINVAL);
	err = param_give(lm, kp, value);
	return err ? set_refused(lm, name, value, err) : 0;
}

/* Does the variable stay? One that is __initdata does not. */
static bool param_stays(const struct loaded_module *lm,
			const struct kernel_param *kp)
{
	const void *at = kp->arg;

	if (kp->ops == &param_array_ops)
		at = kp->arr->elem;
	else if (kp->ops == &param_ops_string)
		at = kp->str->string;
	return !at || module_keeps(lm, at, 1);
}

bool module_param_has_file(const struct loaded_module *lm,
			   const struct kernel_param *kp)
{
	return kp->perm && param_stays(lm, kp);
}

int module_param_read(const struct kernel_param *kp, char *buffer)
{
	int n;

	if (!kp->ops->get)
		return -EPERM;
	mutex_lock(&param_mutex);
	n = kp->ops->get(buffer, kp);
	mutex_unlock(&param_mutex);
	return n;
}

int module_param_write(const struct loaded_module *lm,
		       const struct kernel_param *kp, const char *text)
{
	if (!kp->ops->set)
		return -EPERM;
	return param_give(lm, kp, text);
}

int module_set_params(struct loaded_module *lm)
{
	size_t size = strlen(lm->args) + 2;
	struct cmdline_word word = { .buf = kmalloc(size, GFP_KERNEL),
				     .size = size };
	const char *p = lm->args;
	int err = 0;

	if (!word.buf)
		return -ENOMEM;
	while (!err && (p = cmdline_next(p, &word)))
		err = set_param(lm, word.key, word.value);
	kfree(word.buf);
	return err;
}

void module_free_params(struct loaded_module *lm)
{
	u32 i;

	mutex_lock(&param_mutex);
	param_owner = lm;
	for (i = 0; i < lm->nr_params; i++) {
		void *arg = lm->params[i].arg;

		/* A variable that was __initdata is gone. */
		if (lm->params[i].ops->free && (!arg || module_has(lm, arg, 1)))
			lm->params[i].ops->free(arg);
	}
	/* Its texts are here still. */
	texts_free(NULL);
	param_owner = NULL;
	mutex_unlock(&param_mutex);
}
