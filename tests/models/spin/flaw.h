/* SPDX-License-Identifier: MIT */
/*
 * flaw.h - which planted flaw a run has: FLAW of the environment, 0 is none
 *
 * So one compiled verifier serves all of them. init() calls read_flaw() before
 * it starts any process.
 */
byte flaw;

inline read_flaw() {
	c_code {
		now.flaw = getenv("FLAW") ? atoi(getenv("FLAW")) : 0;
	}
}
