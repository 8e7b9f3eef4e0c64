/* SPDX-License-Identifier: MIT */
/* cred.c - in whose name a task acts; see cred.h. */
#include <kernel/cred.h>
#include <kernel/export.h>

const struct cred init_cred = { .cap_effective = CAP_FULL_SET };
EXPORT_SYMBOL(init_cred);

bool capable(int cap)
{
	if (cap < 0 || cap > CAP_LAST_CAP)
		return false;
	return current_cred()->cap_effective >> cap & 1;
}
EXPORT_SYMBOL(capable);

const struct cred *override_creds(const struct cred *cred)
{
	const struct cred *old = current_cred();

	current->cred = cred;
	current->uid = cred->uid.val;
	current->euid = cred->euid.val;
	return old;
}
EXPORT_SYMBOL(override_creds);

void revert_creds(const struct cred *old)
{
	override_creds(old);
}
EXPORT_SYMBOL(revert_creds);
