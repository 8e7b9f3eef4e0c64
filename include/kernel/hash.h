/* SPDX-License-Identifier: MIT */
/*
 * hash.h - short hashes and checksums of byte blocks
 *
 * Checksums run in pieces: give the result of one block as the start of the
 * next. Nothing here resists an attacker.
 * Context: any.
 */
#ifndef KERNEL_HASH_H
#define KERNEL_HASH_H

#include <kernel/types.h>

#define FNV1A32_INIT 0x811c9dc5u
#define FNV1A32_PRIME 0x01000193u

/* FNV-1a; start with FNV1A32_INIT. */
static inline u32 fnv1a32(u32 hash, const void *data, size_t len)
{
	const u8 *p = data;

	while (len--)
		hash = (hash ^ *p++) * FNV1A32_PRIME;
	return hash;
}

static inline u32 fnv1a32_str(const char *s)
{
	u32 hash = FNV1A32_INIT;

	while (*s)
		hash = (hash ^ (u8)*s++) * FNV1A32_PRIME;
	return hash;
}

/*
 * The bare CRC-32 registers (polynomial 0x04c11db7), lowest or highest bit
 * first, with neither the first nor the last inversion.
 */
u32 crc32_le(u32 crc, const void *data, size_t len);
u32 crc32_be(u32 crc, const void *data, size_t len);

/* The CRC of zlib, gzip and Ethernet; start with 0, pieces may be chained. */
static inline u32 crc32_ieee(u32 crc, const void *data, size_t len)
{
	return ~crc32_le(~crc, data, len);
}

/**
 * crc32_cksum - finish the checksum that POSIX cksum(1) prints
 * @crc: crc32_be() over all the data, started with 0
 * @total_bytes: how long the data were
 *
 * Return: the number that cksum prints for the same bytes.
 */
u32 crc32_cksum(u32 crc, u64 total_bytes);

#endif
