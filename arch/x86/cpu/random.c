/* SPDX-License-Identifier: MIT */
/*
 * random.c - the CPU's own random numbers
 *
 * RDSEED is the generator's noise itself, RDRAND a stream grown from it (Intel
 * SDM vol. 1, 7.3.17). Both may be out of numbers for a moment: they say so in
 * the carry flag. A CPU that gives the same word all the time, as some did
 * after a sleep, is taken for broken.
 */
#include <kernel/types.h>
#include <asm/processor.h>

#define RDRAND_BIT (1u << 30) /* CPUID 1, ECX */
#define RDSEED_BIT (1u << 18) /* CPUID 7, EBX */
/* Intel: ten times at most for RDRAND; more means it is broken. */
#define TRIES 10u

static void cpuid(u32 leaf, u32 regs[4])
{
	__asm__ volatile("cpuid"
			 : "=a"(regs[0]), "=b"(regs[1]), "=c"(regs[2]),
			   "=d"(regs[3])
			 : "a"(leaf), "c"(0));
}

static bool rdrand(u32 *word)
{
	bool ok;

	__asm__ volatile("rdrand %0" : "=r"(*word), "=@ccc"(ok));
	return ok;
}

static bool rdseed(u32 *word)
{
	bool ok;

	__asm__ volatile("rdseed %0" : "=r"(*word), "=@ccc"(ok));
	return ok;
}

static bool try_often(bool (*read)(u32 *word), u32 *word)
{
	unsigned int i;

	for (i = 0; i < TRIES; i++) {
		if (read(word))
			return true;
		cpu_relax();
	}
	return false;
}

unsigned int arch_random_words(u32 *words, unsigned int nr)
{
	bool seed, rand, same = true;
	unsigned int i;
	u32 regs[4];

	cpuid(1, regs);
	rand = regs[2] & RDRAND_BIT;
	cpuid(0, regs);
	if (regs[0] < 7)
		regs[1] = 0;
	else
		cpuid(7, regs);
	seed = regs[1] & RDSEED_BIT;
	for (i = 0; i < nr; i++) {
		if (!(seed && try_often(rdseed, &words[i])) &&
		    !(rand && try_often(rdrand, &words[i])))
			break;
		same = same && words[i] == words[0];
	}
	return i > 1 && same ? 0 : i;
}
