/* SPDX-License-Identifier: MIT */
/* room.c - the room of all suites */
#include <kernel/compiler.h>
#include "room.h"

u8 suite_room[SUITE_ROOM_BYTES] __aligned(4096);
