/* SPDX-License-Identifier: MIT */
/*
 * cred.h - in whose name a task acts
 *
 * All threads of the kernel act as root. Who works for somebody else puts that
 * one's credentials on for as long as it does, as drivers that look at
 * current_uid() or capable() want to be seen by them:
 *
 *	static const struct cred guest = { .uid = { 1000 }, .euid = { 1000 } };
 *	const struct cred *own = override_creds(&guest);
 *	...
 *	revert_creds(own);
 *
 * Locking: a task changes its own only, and nobody else looks at them.
 */
#ifndef KERNEL_CRED_H
#define KERNEL_CRED_H

#include <kernel/sched.h>
#include <kernel/types.h>

typedef unsigned int uid_t;
typedef unsigned int gid_t;
/* Structures, so that nobody takes a user for a number of another kind. */
typedef struct {
	uid_t val;
} kuid_t;
typedef struct {
	gid_t val;
} kgid_t;

/* Bits of a set of rights, numbered as on Linux. */
#define CAP_CHOWN 0
#define CAP_DAC_OVERRIDE 1
#define CAP_DAC_READ_SEARCH 2
#define CAP_FOWNER 3
#define CAP_FSETID 4
#define CAP_KILL 5
#define CAP_SYS_MODULE 16
#define CAP_SYS_RAWIO 17
#define CAP_SYS_ADMIN 21
#define CAP_SYS_BOOT 22
#define CAP_SYS_NICE 23
#define CAP_SYS_RESOURCE 24
#define CAP_SYS_TTY_CONFIG 26
#define CAP_MKNOD 27
#define CAP_LAST_CAP 40
#define CAP_FULL_SET ((2ull << CAP_LAST_CAP) - 1)

struct cred {
	kuid_t uid, euid; /* who began it; in whose name it acts */
	kgid_t gid, egid;
	u64 cap_effective; /* bit n: it has right n */
};

extern const struct cred init_cred; /* root's: all rights */

/* The calling task's. */
static inline const struct cred *current_cred(void)
{
	return current->cred;
}

static inline kuid_t current_uid(void)
{
	return current_cred()->uid;
}

static inline kuid_t current_euid(void)
{
	return current_cred()->euid;
}

static inline kgid_t current_gid(void)
{
	return current_cred()->gid;
}

static inline kgid_t current_egid(void)
{
	return current_cred()->egid;
}

/* In whose name files are made and judged: nobody here has another one for it. */
#define current_fsuid() current_euid()
#define current_fsgid() current_egid()
/* Further groups a task is in: there are none. */
static inline bool in_group_p(kgid_t gid)
{
	return current_egid().val == gid.val;
}

#define KUIDT_INIT(value) ((kuid_t){ (value) })
#define KGIDT_INIT(value) ((kgid_t){ (value) })
#define GLOBAL_ROOT_UID KUIDT_INIT(0)
#define GLOBAL_ROOT_GID KGIDT_INIT(0)

static inline bool uid_eq(kuid_t a, kuid_t b)
{
	return a.val == b.val;
}

static inline bool gid_eq(kgid_t a, kgid_t b)
{
	return a.val == b.val;
}

/**
 * capable - does the calling task have right @cap?
 * @cap: CAP_*; a number that is no right: nobody has it
 * Context: process.
 */
bool capable(int cap);

/**
 * override_creds - act in the name of @cred from now on
 * @cred: stays until revert_creds()
 * Return: those held so far, for revert_creds(). Context: process.
 */
const struct cred *override_creds(const struct cred *cred);
void revert_creds(const struct cred *old);

#endif
