/* SPDX-License-Identifier: MIT */
/*
 * module_fuzz.c - libFuzzer target: any bytes as a module's file
 *
 * An even first byte leaves the rest as it is. An odd one takes the rest as
 * changes to a sound module, three bytes each: where (two) and what, so that the
 * fuzzer gets beyond the header. Parsing is done on a copy that ends where its
 * memory does; all regions lie in one array, each at its size.
 */
#include <kernel/module_elf.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/vmalloc.h>

#include "../host/host_boot.h"
#include "../suites/module_file.h"
#include "boot_info_sound.h"

#define FILE_MOST 65536u
#define ARENA_BYTES (256u << 10)

static u8 *file_arena, *region_arena;
static struct module_image image;

static int resolve(void *ctx, const char *name, u32 *value, const char **why)
{
	(void)ctx;
	(void)why;
	*value = (u32)strlen(name);
	return 0;
}

/* Give the regions memory, if there is enough. */
static bool place_regions(void)
{
	u32 at = 0;
	unsigned int i;

	for (i = 0; i < NR_MODULE_REGIONS; i++) {
		struct module_region_place *r = &image.region[i];

		FUZZ_REQUIRE(r->bytes <= MODULE_MAX_BYTES);
		if (r->bytes > ARENA_BYTES - at)
			return false;
		r->at = region_arena + ARENA_BYTES - at - r->bytes;
		r->address = at * 16;
		at += r->bytes;
	}
	return true;
}

static void refused_with_a_line(int err)
{
	FUZZ_REQUIRE(!err == !image.why[0]);
	FUZZ_REQUIRE(!strchr(image.why, '\n'));
}

static void try_file(const u8 *bytes, size_t size)
{
	u8 *file = file_arena + FILE_MOST - size;
	int err;

	memcpy(file, bytes, size);
	err = module_image_parse(&image, file, size);
	refused_with_a_line(err);
	(void)module_image_info(&image, "name", NULL);
	if (err || !place_regions())
		return;
	module_image_place(&image);
	err = module_image_resolve(&image, resolve, NULL);
	refused_with_a_line(err);
	if (!err)
		err = module_image_relocate(&image);
	refused_with_a_line(err);
	(void)module_image_find(&image, "init_module");
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static u8 sound[MODULE_FILE_BYTES];
	size_t bytes, i;

	if (!file_arena) {
		host_boot();
		file_arena = vmalloc(FILE_MOST);
		region_arena = vmalloc(ARENA_BYTES);
		FUZZ_REQUIRE(file_arena && region_arena);
	}
	if (!size || size > FILE_MOST)
		return 0;
	if (!(data[0] & 1)) {
		try_file(data + 1, size - 1);
		return 0;
	}
	bytes = module_file_make(sound, data[0] & 2);
	for (i = 1; i + 3 <= size; i += 3)
		sound[(data[i] | data[i + 1] << 8) % bytes] = data[i + 2];
	try_file(sound, bytes);
	return 0;
}
