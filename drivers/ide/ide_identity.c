/* SPDX-License-Identifier: MIT */
/*
 * ide_identity.c - what IDENTIFY DEVICE says
 *
 * 256 words. Those that matter, by ATA/ATAPI-6 table 27:
 *
 *   1, 3, 6    cylinders, heads, sectors of a track, for who still asks
 *   27-46      the model, two letters a word, the first in the high byte
 *   49         bit 8: DMA; bit 9: LBA
 *   60-61      sectors that 28 bits reach
 *   82, 85     bit 5: there is a write cache; it is on
 *   83         bit 10: 48 bits; 12 and 13: the cache can be flushed. Words 82-84
 *              mean something only if bits 15 and 14 of 83 are 0 and 1
 *   100-103    sectors that 48 bits reach
 *   106, 117   larger sectors: bit 12 of 106, if its bits 15 and 14 are 0 and 1
 *
 * Pure: no device, no memory.
 */
#include <drivers/ide.h>
#include <kernel/bitops.h>

#define LBA48_LIMIT (1ull << 48)
#define LBA28_LIMIT 0xfffffffull

static bool word_is_valid(u16 word)
{
	return (word & 0xc000) == 0x4000;
}

/* Blanks at the end go, and what no terminal should see. */
static void model_read(const u16 *words, char *model, unsigned int len)
{
	unsigned int i;

	for (i = 0; i < len; i++) {
		char c = (char)(words[i / 2] >> (i % 2 ? 0 : 8));

		model[i] = c >= ' ' && c <= '~' ? c : ' ';
	}
	while (len && model[len - 1] == ' ')
		len--;
	model[len] = '\0';
}

static u64 sectors_48(const u16 *words)
{
	return words[100] | (u64)words[101] << 16 | (u64)words[102] << 32 |
	       (u64)words[103] << 48;
}

const char *ide_identity_parse(const u16 words[IDE_IDENTITY_WORDS],
			       struct ide_identity *id)
{
	bool sets = word_is_valid(words[83]);

	*id = (struct ide_identity){
		.cylinders = words[1],
		.heads = words[3],
		.sectors_per_track = words[6],
		.dma = words[49] & BIT(8),
		/* Some have the bit, and leave those words at zero. */
		.lba48 = sets && words[83] & BIT(10) && sectors_48(words),
		.write_cache = sets && words[83] & (BIT(12) | BIT(13)) &&
			       words[82] & BIT(5) && words[85] & BIT(5),
	};
	model_read(words + 27, id->model, sizeof(id->model) - 1);
	if (words[0] & BIT(15))
		return "no disk";
	if (!(words[49] & BIT(9)))
		return "knows no LBA";
	if (word_is_valid(words[106]) && words[106] & BIT(12))
		return "its sectors are not 512 bytes";
	id->sectors = id->lba48 ? sectors_48(words) :
				  words[60] | (u64)words[61] << 16;
	if (!id->sectors)
		return "has no sectors";
	if (id->sectors > (id->lba48 ? LBA48_LIMIT : LBA28_LIMIT))
		return "says it is larger than can be";
	return NULL;
}
