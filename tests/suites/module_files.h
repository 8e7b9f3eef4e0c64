/* SPDX-License-Identifier: MIT */
/*
 * module_files.h - modules of the boot archive, for suites
 *
 * A machine without it has none: then a case is skipped.
 */
#ifndef TESTS_MODULE_FILES_H
#define TESTS_MODULE_FILES_H

#include <fs/fcntl.h>
#include <fs/fs.h>
#include <kernel/module_loader.h>
#include <kernel/vsnprintf.h>
#include <mm/vmalloc.h>

#define MODULE_FOLDER "/lib/modules"
#define MODULE_SUFFIX ".ko"

/* The file of module @name in memory of vmalloc(), for the caller to free.
 * Return: NULL, and the error in @size, if it cannot be had. */
static inline u8 *module_file_read(const char *name, ssize_t *size)
{
	char path[sizeof(MODULE_FOLDER) + NAME_MAX + sizeof(MODULE_SUFFIX)];
	struct file *file;
	loff_t pos = 0;
	u8 *bytes;

	snprintf(path, sizeof(path), MODULE_FOLDER "/%s" MODULE_SUFFIX, name);
	file = filp_open(path, O_RDONLY, 0);
	if (IS_ERR(file)) {
		*size = PTR_ERR(file);
		return NULL;
	}
	*size = (ssize_t)i_size_read(file->f_inode);
	bytes = vmalloc((unsigned long)*size);
	if (bytes && kernel_read(file, bytes, (size_t)*size, &pos) != *size) {
		vfree(bytes);
		bytes = NULL;
	}
	if (!bytes)
		*size = -EIO;
	fput(file);
	return bytes;
}

/* As insmod. Return: 0 or an error. */
static inline int module_file_load(const char *name, const char *args)
{
	ssize_t size;
	u8 *bytes = module_file_read(name, &size);
	int err;

	if (!bytes)
		return (int)size;
	err = module_load(bytes, (size_t)size, args);
	vfree(bytes);
	return err;
}

#endif
