/* SPDX-License-Identifier: MIT */
/*
 * newc_fuzz.c - libFuzzer target: any bytes as a boot archive
 *
 * The bytes are a heap block of their exact size, so the address sanitizer sees
 * each access beyond them. Every entry must lie in them, and behind the last.
 */
#include <fs/newc.h>
#include <kernel/string.h>

#include "boot_info_sound.h"

static void entry_holds(const u8 *bytes, size_t size,
			const struct newc_entry *e)
{
	size_t name_at = (size_t)((const u8 *)e->name - bytes);
	size_t data_at = (size_t)(e->data - bytes);

	FUZZ_REQUIRE(name_at < size && e->name_len < size - name_at);
	FUZZ_REQUIRE(!e->name[e->name_len]);
	FUZZ_REQUIRE(data_at <= size && e->data_bytes <= size - data_at);
	if (e->refused)
		return;
	FUZZ_REQUIRE(e->name_len && *e->name != '/');
	FUZZ_REQUIRE(strcmp(e->name, "..") && strncmp(e->name, "../", 3));
	FUZZ_REQUIRE(!strstr(e->name, "/../"));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	u8 *bytes = __builtin_malloc(size ? size : 1);
	struct newc_reader r;
	struct newc_entry e;
	size_t last = 0;

	memcpy(bytes, data, size);
	newc_begin(&r, bytes, size);
	while (newc_next(&r, &e)) {
		FUZZ_REQUIRE(r.at > last && r.at <= size);
		last = r.at;
		entry_holds(bytes, size, &e);
	}
	FUZZ_REQUIRE(r.at <= size && (r.why || r.at == size));
	__builtin_free(bytes);
	return 0;
}
