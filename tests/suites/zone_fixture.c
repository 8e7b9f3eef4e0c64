/* SPDX-License-Identifier: MIT */
/* zone_fixture.c - one zone for all suites: they run in turn */
#include "zone_fixture.h"

struct zone fixture_the_zone;
