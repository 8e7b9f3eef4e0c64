/* SPDX-License-Identifier: MIT */
/*
 * moduleparam.h - variables that insmod sets: `insmod ring.ko order=2`
 *
 *	static int order = 1;
 *	module_param(order, int, 0444);
 *	MODULE_PARM_DESC(order, "pages a buffer has, as a power of two");
 *
 * Types: byte, short, ushort, int, uint, long, ulong, ullong, hexint, bool,
 * invbool, charp, and module_param_string() for an array of characters. A value
 * that does not fit its type is refused, and with it the module. The records
 * lie in the section __param of the module.
 */
#ifndef KERNEL_MODULEPARAM_H
#define KERNEL_MODULEPARAM_H

#include <kernel/init.h>
#include <kernel/types.h>

/* Tags: NUL-terminated key=value texts in the section .modinfo, which modinfo
 * prints and the loader reads. The kernel's own image has none. */
#define __MODULE_CAT(a, b) a##b
#define __MODULE_UNIQUE(prefix, line) __MODULE_CAT(prefix, line)
#define __UNIQUE_ID(prefix) __MODULE_UNIQUE(__UNIQUE_ID_##prefix, __COUNTER__)
#ifdef MODULE
#define __MODULE_INFO(tag, name, info)                                     \
	static const char __UNIQUE_ID(name)[] __used __section(".modinfo") \
		__aligned(1) = #tag "=" info
#else
#define __MODULE_INFO(tag, name, info) \
	static_assert(sizeof(info), "a tag of code in the kernel's own image")
#endif
#define MODULE_PARM_DESC(name, text) __MODULE_INFO(parm, name, #name ":" text)
#define __MODULE_PARM_TYPE(name, type) \
	__MODULE_INFO(parmtype, name##type, #name ":" #type)

struct kernel_param;
struct module;

/* How values of one type are read and shown. */
struct kernel_param_ops {
	unsigned int flags; /* KERNEL_PARAM_OPS_FL_* */
	/* @val: behind the '='; NULL without one, only with _FL_NOARG.
	 * Return: 0, -EINVAL, -ERANGE, -ENOMEM, ... */
	int (*set)(const char *val, const struct kernel_param *kp);
	/* Into @buffer of a page, with a newline at its end.
	 * Return: bytes, without the NUL. */
	int (*get)(char *buffer, const struct kernel_param *kp);
	/* What @arg holds is not needed any more; may be NULL. */
	void (*free)(void *arg);
};
#define KERNEL_PARAM_OPS_FL_NOARG 1u

struct kparam_string {
	unsigned int maxlen; /* with the NUL */
	char *string;
};

struct kparam_array {
	unsigned int max; /* elements there are */
	unsigned int elemsize;
	unsigned int *num; /* how many were given; may be NULL */
	const struct kernel_param_ops *ops; /* of one element */
	void *elem;
};

struct kernel_param {
	const char *name;
	struct module *mod;
	const struct kernel_param_ops *ops;
	u16 perm; /* of the file in /sys; 0: none */
	s8 level;
	u8 flags;
	union {
		void *arg;
		const struct kparam_string *str;
		const struct kparam_array *arr;
	};
};
static_assert(sizeof(long) != 4 || sizeof(struct kernel_param) == 20,
	      "the linker puts them side by side: no hole at the end");

#define __module_param_call(param, param_ops, param_arg, param_perm)       \
	static_assert(((param_perm)&0002) == 0 && (param_perm) <= 0777 &&  \
			      (param_perm) >= 0,                           \
		      "permissions that no file of a parameter has");      \
	static const struct kernel_param __param_##param __used __section( \
		"__param") __aligned(sizeof(void *)) = {                   \
		.name = #param,                                            \
		.mod = THIS_MODULE,                                        \
		.ops = param_ops,                                          \
		.perm = param_perm,                                        \
		.level = -1,                                               \
		.arg = (void *)(param_arg),                                \
	}

/* Operations and variable of the caller's own. */
#define module_param_cb(name, ops, arg, perm) \
	__module_param_call(name, ops, arg, perm)

#define module_param_named(name, value, type, perm)                 \
	static inline __maybe_unused __typeof__(param_type_##type)  \
		*__check_##name(void)                               \
	{                                                           \
		return &(value);                                    \
	}                                                           \
	__module_param_call(name, &param_ops_##type, &value, perm); \
	__MODULE_PARM_TYPE(name, type)
#define module_param(name, type, perm) \
	module_param_named(name, name, type, perm)
/* Linux marks ones that may break the machine; here they are as any other. */
#define module_param_unsafe(name, type, perm) module_param(name, type, perm)
#define module_param_named_unsafe(name, value, type, perm) \
	module_param_named(name, value, type, perm)

#define module_param_string(name, text, len, perm)                           \
	static const struct kparam_string __param_string_##name = { len,     \
								    text };  \
	__module_param_call(name, &param_ops_string, &__param_string_##name, \
			    perm);                                           \
	__MODULE_PARM_TYPE(name, string)

#define module_param_array_named(name, array, type, nump, perm)          \
	static const struct kparam_array __param_arr_##name = {          \
		.max = sizeof(array) / sizeof((array)[0]),               \
		.elemsize = sizeof((array)[0]),                          \
		.num = nump,                                             \
		.ops = &param_ops_##type,                                \
		.elem = array,                                           \
	};                                                               \
	static inline __maybe_unused __typeof__(param_type_##type)       \
		*__check_##name(void)                                    \
	{                                                                \
		return (array);                                          \
	}                                                                \
	__module_param_call(name, &param_array_ops, &__param_arr_##name, \
			    perm);                                       \
	__MODULE_INFO(parmtype, name##type, #name ":array of " #type)
#define module_param_array(name, type, nump, perm) \
	module_param_array_named(name, name, type, nump, perm)

/*
 * Who reads a charp, or an array, that may be written through /sys/module holds
 * this meanwhile. Not from a parameter's own set() and get(): they run in it.
 * Context: may sleep.
 */
void kernel_param_lock(struct module *module);
void kernel_param_unlock(struct module *module);

/*
 * 2.2 .. 2.6.16: the type as a text: b, h, i, l for numbers from a byte to a
 * long, s for a char *; "MIN-MAX" before it means an array, of which so many
 * may be given.
 */
struct kparam_letters {
	const char *type;
	void *var;
	unsigned int bytes; /* of @var */
};
#define MODULE_PARM(var, type_text)                                          \
	static const struct kparam_letters __param_letters_##var = {         \
		type_text, &(var), sizeof(var)                               \
	};                                                                   \
	__module_param_call(var, &param_ops_letters, &__param_letters_##var, \
			    0);                                              \
	__MODULE_INFO(parmtype, var##letters, #var ":" type_text)

/* The name of a type in module_param(), and the C type behind it. */
#define PARAM_TYPES(X)                \
	X(byte, unsigned char)        \
	X(short, short)               \
	X(ushort, unsigned short)     \
	X(int, int)                   \
	X(uint, unsigned int)         \
	X(long, long)                 \
	X(ulong, unsigned long)       \
	X(ullong, unsigned long long) \
	X(hexint, unsigned int)       \
	X(bool, bool)                 \
	X(invbool, bool)              \
	X(charp, char *)
#define PARAM_TYPE_DECLARE(word, type)                                        \
	extern __typeof__(type) param_type_##word;                            \
	extern const struct kernel_param_ops param_ops_##word;                \
	int param_set_##word(const char *val, const struct kernel_param *kp); \
	int param_get_##word(char *buffer, const struct kernel_param *kp);
PARAM_TYPES(PARAM_TYPE_DECLARE)
#undef PARAM_TYPE_DECLARE
extern const struct kernel_param_ops param_ops_string, param_array_ops,
	param_ops_letters;
int param_set_copystring(const char *val, const struct kernel_param *kp);
int param_get_string(char *buffer, const struct kernel_param *kp);
void param_free_charp(void *arg);

#endif
