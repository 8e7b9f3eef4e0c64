/* SPDX-License-Identifier: MIT */
/*
 * linux/jump_label.h - conditions that hardly ever change
 *
 *	static DEFINE_STATIC_KEY_FALSE(tracing);
 *	if (static_branch_unlikely(&tracing)) trace();
 *	static_branch_enable(&tracing);
 *
 * On Linux the branch is patched into the code where that can be done, and is a
 * variable elsewhere. Here it is the variable: no page of code is ever writable.
 * A key counts who wants it on (static_branch_inc(), _dec()); enable and disable
 * are for who is alone.
 */
#ifndef LINUX_JUMP_LABEL_H
#define LINUX_JUMP_LABEL_H

#include <kernel/atomic.h>
#include <kernel/bug.h>
#include <kernel/compiler.h>
#include <kernel/types.h>

struct static_key {
	atomic_t enabled; /* by how many; never below 0 */
};
/* Which way the author thought it would be is in the type. */
struct static_key_true {
	struct static_key key;
};
struct static_key_false {
	struct static_key key;
};

#define STATIC_KEY_INIT_TRUE              \
	{                                 \
		.enabled = ATOMIC_INIT(1) \
	}
#define STATIC_KEY_INIT_FALSE             \
	{                                 \
		.enabled = ATOMIC_INIT(0) \
	}
#define STATIC_KEY_INIT STATIC_KEY_INIT_FALSE
#define STATIC_KEY_TRUE_INIT                \
	{                                   \
		.key = STATIC_KEY_INIT_TRUE \
	}
#define STATIC_KEY_FALSE_INIT                \
	{                                    \
		.key = STATIC_KEY_INIT_FALSE \
	}

#define DEFINE_STATIC_KEY_TRUE(name) \
	struct static_key_true name = STATIC_KEY_TRUE_INIT
#define DEFINE_STATIC_KEY_FALSE(name) \
	struct static_key_false name = STATIC_KEY_FALSE_INIT
#define DECLARE_STATIC_KEY_TRUE(name) extern struct static_key_true name
#define DECLARE_STATIC_KEY_FALSE(name) extern struct static_key_false name

static inline int static_key_count(const struct static_key *key)
{
	return atomic_read(&key->enabled);
}

static inline bool static_key_on(const struct static_key *key)
{
	return static_key_count(key) > 0;
}

/* Of each of the three types. */
#define static_key_enabled(k) static_key_on((const struct static_key *)(k))

static inline void static_key_slow_inc(struct static_key *key)
{
	WARN_ON_ONCE(atomic_inc_return(&key->enabled) <= 0);
}

/* One that nobody had enabled is a WARN, and stays off. */
static inline void static_key_slow_dec(struct static_key *key)
{
	if (WARN_ON_ONCE(atomic_dec_return(&key->enabled) < 0))
		atomic_inc(&key->enabled);
}

static inline void static_key_enable(struct static_key *key)
{
	(void)atomic_cmpxchg(&key->enabled, 0, 1);
}

static inline void static_key_disable(struct static_key *key)
{
	(void)atomic_cmpxchg(&key->enabled, 1, 0);
}

#define static_branch_likely(k) likely(static_key_on(&(k)->key))
#define static_branch_unlikely(k) unlikely(static_key_on(&(k)->key))
#define static_branch_inc(k) static_key_slow_inc(&(k)->key)
#define static_branch_dec(k) static_key_slow_dec(&(k)->key)
#define static_branch_enable(k) static_key_enable(&(k)->key)
#define static_branch_disable(k) static_key_disable(&(k)->key)

/* 3.1 .. today: the plain type's. */
static inline bool static_key_false(const struct static_key *key)
{
	return unlikely(static_key_on(key));
}

static inline bool static_key_true(const struct static_key *key)
{
	return likely(static_key_on(key));
}

#endif
