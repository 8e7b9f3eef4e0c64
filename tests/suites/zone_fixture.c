/* SPDX-License-Identifier: MIT */
/* zone_fixture.c - one set of records for all suites: they run in turn */
#include "zone_fixture.h"

struct page fixture_map[FIXTURE_FRAMES];
struct zone fixture_the_zone;
struct mm_node fixture_node;
