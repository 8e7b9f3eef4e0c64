/* SPDX-License-Identifier: MIT */
/*
 * cleanup.h - what is undone by itself where a variable's block ends
 *
 *	char *text __free(kfree) = kmalloc(100, GFP_KERNEL);
 *
 *	guard(mutex)(&dev->lock);       held to the end of the block
 *	scoped_guard(spinlock_irqsave, &dev->lock) {
 *		...                     held in here
 *	}
 *
 * However the block is left: by its end, return, break or goto. Several are
 * undone in reverse order. What is to stay is taken out with no_free_ptr(). Do
 * not mix it with a ladder of gotos in one function: a jump over a declaration
 * undoes what was never done.
 *
 * DEFINE_FREE() and DEFINE_GUARD() make one more kind; memory's are in
 * mm/slab.h, locks' in kernel/guards.h. The names are Linux 6.5's.
 *
 * Context: that of what is undone.
 */
#ifndef KERNEL_CLEANUP_H
#define KERNEL_CLEANUP_H

#include <kernel/types.h>

/* Being there is its use. */
#define __cleanup(fn) __attribute__((__cleanup__(fn), __unused__))

#define __CLEANUP_CAT(a, b) a##b
#define __CLEANUP_NAME(a, b) __CLEANUP_CAT(a, b)
#define __CLEANUP_UNIQUE(prefix) __CLEANUP_NAME(prefix, __COUNTER__)

/* __free(@name): @undo is done with the variable's value, which is _T. */
#define DEFINE_FREE(name, type, undo)                    \
	static inline void __free_##name(void *variable) \
	{                                                \
		type _T = *(type *)variable;             \
		undo;                                    \
	}
#define __free(name) __cleanup(__free_##name)

/* The value of @p, which is NULL from now on: it is not freed here. */
#define no_free_ptr(p)                   \
	({                               \
		__auto_type __ptr = (p); \
		(p) = NULL;              \
		__ptr;                   \
	})
#define return_ptr(p) return no_free_ptr(p)
#define retain_and_null_ptr(p) ((void)no_free_ptr(p))

/*
 * CLASS(@name, variable)(arguments): a variable of @type, made by the expression
 * @init of the arguments, undone by @undo of _T.
 */
#define DEFINE_CLASS(name, type, undo, init, ...)                              \
	typedef type class_##name##_t;                                         \
	static inline void class_##name##_destructor(                          \
		class_##name##_t *variable)                                    \
	{                                                                      \
		class_##name##_t _T = *variable;                               \
		undo;                                                          \
	}                                                                      \
	static inline class_##name##_t class_##name##_constructor(__VA_ARGS__) \
	{                                                                      \
		return init;                                                   \
	}
#define CLASS(name, variable)                                            \
	class_##name##_t variable __cleanup(class_##name##_destructor) = \
		class_##name##_constructor

/* guard(@name)(pointer), of @type: what @lock and @unlock do is with _T. */
#define DEFINE_GUARD(name, type, lock, unlock)                               \
	typedef type class_##name##_t;                                       \
	static inline void class_##name##_destructor(class_##name##_t *held) \
	{                                                                    \
		class_##name##_t _T = *held;                                 \
		if (_T) {                                                    \
			unlock;                                              \
		}                                                            \
	}                                                                    \
	static inline class_##name##_t class_##name##_constructor(type _T)   \
	{                                                                    \
		lock;                                                        \
		return _T;                                                   \
	}                                                                    \
	static inline void *class_##name##_lock_ptr(class_##name##_t *held)  \
	{                                                                    \
		return *held;                                                \
	}

/* Of the two below: @lock and members of one's own, and what is done at the end. */
#define __DEFINE_LOCK_CLASS(name, type, unlock_it, ...)                    \
	typedef struct {                                                   \
		type *lock;                                                \
		__VA_ARGS__;                                               \
	} class_##name##_t;                                                \
	static inline void class_##name##_destructor(class_##name##_t *_T) \
	{                                                                  \
		if (_T->lock) {                                            \
			unlock_it;                                         \
		}                                                          \
	}                                                                  \
	static inline void *class_##name##_lock_ptr(class_##name##_t *_T)  \
	{                                                                  \
		return _T->lock;                                           \
	}
#define __DEFINE_LOCK_CONSTRUCTOR(name, lock_it, argument, value)          \
	static inline class_##name##_t class_##name##_constructor argument \
	{                                                                  \
		class_##name##_t made = { .lock = value }, *_T = &made;    \
                                                                           \
		(void)_T;                                                  \
		lock_it;                                                   \
		return made;                                               \
	}

/* The same with members of one's own, such as flags: _T is a pointer to them
 * and to @lock, the one that was given. */
#define DEFINE_LOCK_GUARD_1(name, type, lock_it, unlock_it, ...) \
	__DEFINE_LOCK_CLASS(name, type, unlock_it, __VA_ARGS__)  \
	__DEFINE_LOCK_CONSTRUCTOR(name, lock_it, (type * l), l)

/* And without an argument: guard(@name)(). */
#define DEFINE_LOCK_GUARD_0(name, lock_it, unlock_it, ...)      \
	__DEFINE_LOCK_CLASS(name, void, unlock_it, __VA_ARGS__) \
	__DEFINE_LOCK_CONSTRUCTOR(name, lock_it, (void), (void *)1)

/* Held from here to the end of the block. */
#define guard(name) CLASS(name, __CLEANUP_UNIQUE(__guard_))

/* Held in the statement behind it; a break or continue in there ends that. */
#define scoped_guard(name, ...) \
	__scoped_guard(name, __CLEANUP_UNIQUE(__scope_), __VA_ARGS__)
#define __scoped_guard(name, id, ...) __scoped_guard_of(name, id, __VA_ARGS__)
#define __scoped_guard_of(name, id, ...)                      \
	for (CLASS(name, id)(__VA_ARGS__), *id##_done = NULL; \
	     class_##name##_lock_ptr(&id) && !id##_done;      \
	     id##_done = (void *)1)

#endif
