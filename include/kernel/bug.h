/* SPDX-License-Identifier: MIT */
/*
 * bug.h - what to do when something that cannot be true is
 *
 *   WARN_ON_ONCE(x)  the caller broke the contract and we can refuse
 *   WARN(x, ...)     the same, in words: for drivers
 *   BUG_ON(x)        our own state is corrupt: going on would destroy data
 *   VM_BUG_ON(x)     an invariant on a hot path; debug build only
 *   mm_report()      one line of the report grammar, then go on
 *
 * Conditions have no side effects.
 */
#ifndef KERNEL_BUG_H
#define KERNEL_BUG_H

#include <kernel/types.h>

/* Stop the machine with a sentence and a call trace. Context: any. */
void __noreturn __printf(1, 2) panic(const char *fmt, ...);

/* Print the symbolised calls that led here. Context: any. */
void dump_stack(void);

/* The same for a context that an exception interrupted: its program counter,
 * stack pointer and frame register (all 0: the caller's own). */
void dump_stack_from(unsigned long pc, unsigned long sp, unsigned long fp);
void __noreturn __printf(4, 5)
	panic_from(unsigned long pc, unsigned long sp, unsigned long fp,
		   const char *fmt, ...);

void __cold warn_report(const char *file, int line, const char *func,
			const char *cond, unsigned long site);
void __noreturn __cold bug_report(const char *file, int line, const char *func,
				  const char *cond);

/* A warning in words of the caller's; @fmt may end with a newline. */
void __cold __printf(5, 6)
	warn_text(const char *file, int line, const char *func,
		  unsigned long site, const char *fmt, ...);

#define WARN_ON_ONCE(cond)                                               \
	({                                                               \
		static bool _warned;                                     \
		bool _hit = !!(cond);                                    \
		if (unlikely(_hit) && !_warned) {                        \
			_warned = true;                                  \
			warn_report(__FILE__, __LINE__, __func__, #cond, \
				    _RET_IP_);                           \
		}                                                        \
		unlikely(_hit);                                          \
	})
#define WARN_ON(cond)                                                    \
	({                                                               \
		bool _hit = !!(cond);                                    \
		if (unlikely(_hit))                                      \
			warn_report(__FILE__, __LINE__, __func__, #cond, \
				    _RET_IP_);                           \
		unlikely(_hit);                                          \
	})
#define WARN(cond, fmt, ...)                                                   \
	({                                                                     \
		bool _hit = !!(cond);                                          \
		if (unlikely(_hit))                                            \
			warn_text(__FILE__, __LINE__, __func__, _RET_IP_, fmt, \
				  ##__VA_ARGS__);                              \
		unlikely(_hit);                                                \
	})
#define WARN_ONCE(cond, fmt, ...)                                              \
	({                                                                     \
		static bool _warned;                                           \
		bool _hit = !!(cond);                                          \
		if (unlikely(_hit) && !_warned) {                              \
			_warned = true;                                        \
			warn_text(__FILE__, __LINE__, __func__, _RET_IP_, fmt, \
				  ##__VA_ARGS__);                              \
		}                                                              \
		unlikely(_hit);                                                \
	})
#define BUG_ON(cond)                                                     \
	do {                                                             \
		if (unlikely(cond))                                      \
			bug_report(__FILE__, __LINE__, __func__, #cond); \
	} while (0)
#define BUG() bug_report(__FILE__, __LINE__, __func__, "reached")
#define VM_BUG_ON(cond)                                                  \
	do {                                                             \
		if (CONFIG_MM_DEBUG && unlikely(cond))                   \
			bug_report(__FILE__, __LINE__, __func__, #cond); \
	} while (0)

/* The sites a report names beside the place it was noticed; 0: not known. */
struct report_sites {
	unsigned long alloc;
	unsigned long free;
	unsigned long at;
};

/**
 * mm_report - one line of the report grammar, always first
 * @class: stable word: double-free, overflow, bad-free, ...
 * @sites: alloc, free and detection sites; must not be NULL
 * @fmt: object and detail
 *
 *   mm: BUG <class> <object> <detail> [alloc=s+o] [free=s+o] cpu=n at=s+o
 *
 * At most 3 lines for the same (class, at), then a count. Uses a static
 * per-CPU buffer, allocates nothing. Context: any, locks held included.
 */
void __printf(3, 4) __cold
	mm_report(const char *class, const struct report_sites *sites,
		  const char *fmt, ...);

/**
 * report_text - a whole line that counts as a report, in words of its own
 * @class: what a listener knows it by
 * @at: tells reports of one class apart, for the limit of 3 lines each
 *
 * Context: any but NMI.
 */
void __cold report_text(const char *class, unsigned long at, const char *line);

/**
 * report_set_listener - who is told of each report before it counts
 * @listener: returns true if it expected @class ("WARN" for a warning); the
 *	report is then shown, but not rate limited and not counted. Called in
 *	any context. NULL: nobody.
 */
void report_set_listener(bool (*listener)(const char *class, const char *line));

/* Reports and warnings so far: a test run that ends above 0 has failed,
 * except for those that a test announced. */
unsigned long reports_unexpected(void);

#endif
