/* SPDX-License-Identifier: MIT */
/*
 * hash.c - the two CRC-32 registers, four bits at a time
 *
 * A table entry is what four steps of the bit-by-bit register do to the four
 * bits that leave it. Sixteen entries cost 64 bytes for each direction and are
 * written out, so that nothing needs to be initialised; the suite compares
 * them with the bit-by-bit definition.
 *
 * Locking: none, no state.
 */
#include <kernel/hash.h>

/* Polynomial 0xedb88320, the mirror image of 0x04c11db7. */
static const u32 crc32_le_table[16] = {
	0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
	0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
	0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
};

static const u32 crc32_be_table[16] = {
	0x00000000, 0x04c11db7, 0x09823b6e, 0x0d4326d9, 0x130476dc, 0x17c56b6b,
	0x1a864db2, 0x1e475005, 0x2608edb8, 0x22c9f00f, 0x2f8ad6d6, 0x2b4bcb61,
	0x350c9b64, 0x31cd86d3, 0x3c8ea00a, 0x384fbdbd,
};

u32 crc32_le(u32 crc, const void *data, size_t len)
{
	const u8 *p = data;

	while (len--) {
		crc ^= *p++;
		crc = (crc >> 4) ^ crc32_le_table[crc & 15];
		crc = (crc >> 4) ^ crc32_le_table[crc & 15];
	}
	return crc;
}

u32 crc32_be(u32 crc, const void *data, size_t len)
{
	const u8 *p = data;

	while (len--) {
		crc ^= (u32)*p++ << 24;
		crc = (crc << 4) ^ crc32_be_table[crc >> 28];
		crc = (crc << 4) ^ crc32_be_table[crc >> 28];
	}
	return crc;
}

/* POSIX appends the length, lowest byte first, without leading zeros. */
u32 crc32_cksum(u32 crc, u64 total_bytes)
{
	while (total_bytes) {
		u8 low = (u8)total_bytes;

		crc = crc32_be(crc, &low, 1);
		total_bytes >>= 8;
	}
	return ~crc;
}
