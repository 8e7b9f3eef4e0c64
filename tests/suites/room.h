/* SPDX-License-Identifier: MIT */
/*
 * room.h - one room for the large records of all suites: they run in turn
 *
 * The image carries every suite, and a small machine has to hold it. So what
 * only one suite needs at a time lies in one place: a fixture is a struct, and
 * SUITE_ROOM() says where. It ends with the room, so that the hosted build's
 * sanitizer sees what runs past it; its last member should be the array that
 * code under test walks. A suite finds what the one before left there: it
 * fills in whatever it reads.
 */
#ifndef TESTS_ROOM_H
#define TESTS_ROOM_H

#include <kernel/types.h>

/* The largest: the records of page_mobility_test.c, on a 64-bit host. */
#define SUITE_ROOM_BYTES (sizeof(long) == 4 ? 172032u : 319488u)

extern u8 suite_room[SUITE_ROOM_BYTES];

#define SUITE_ROOM(type)                                         \
	({                                                       \
		static_assert(sizeof(type) <= SUITE_ROOM_BYTES,  \
			      "the room must be larger");        \
		(type *)(void *)(suite_room + SUITE_ROOM_BYTES - \
				 sizeof(type));                  \
	})

#endif
