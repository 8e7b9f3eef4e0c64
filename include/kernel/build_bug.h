/* SPDX-License-Identifier: MIT */
/*
 * build_bug.h - what must be true for the compiler already
 *
 * BUILD_BUG_ON() stands among statements and may ask for anything that the
 * optimiser finds out; for constants static_assert() says more.
 */
#ifndef KERNEL_BUILD_BUG_H
#define KERNEL_BUILD_BUG_H

#define BUILD_BUG_ON_MSG(cond, msg) __BUILD_BUG(cond, msg, __COUNTER__)
#define BUILD_BUG_ON(cond) BUILD_BUG_ON_MSG(cond, "BUILD_BUG_ON failed: " #cond)
#define BUILD_BUG() BUILD_BUG_ON_MSG(1, "BUILD_BUG failed")
/* Nothing calls the function unless the compiler can get there. */
#define __BUILD_BUG(cond, msg, nr) __BUILD_BUG_CALL(cond, msg, nr)
#define __BUILD_BUG_CALL(cond, msg, nr)                            \
	do {                                                       \
		extern void __build_bug_##nr(void)                 \
			__attribute__((__noreturn__, error(msg))); \
		if (cond)                                          \
			__build_bug_##nr();                        \
	} while (0)

/* 0, where an expression is wanted. */
#define BUILD_BUG_ON_ZERO(cond) ((int)sizeof(struct { int : -!!(cond); }))
/* The expression must be sound; nothing is done. */
#define BUILD_BUG_ON_INVALID(expression) ((void)sizeof((long)(expression)))

#endif
