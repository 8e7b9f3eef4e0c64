/* SPDX-License-Identifier: MIT */
/*
 * backend.h - what the hosted port takes from Linux
 *
 * The only door between our freestanding code and libc: plain C types, no
 * header of either side. Physical memory is one sparse memfd, so a frame above
 * 4 GiB costs nothing until it is touched.
 */
#ifndef HOST_BACKEND_H
#define HOST_BACKEND_H

/* Make physical memory of @phys_bytes and map its first @direct_bytes; reserve
 * @window_bytes of addresses for page tables. Ends the program on failure. */
void backend_memory_init(unsigned long long phys_bytes,
			 unsigned long direct_bytes,
			 unsigned long window_bytes);
unsigned long backend_direct_base(void);
unsigned long backend_window_base(void);

enum backend_prot { BACKEND_R = 1, BACKEND_W = 2, BACKEND_X = 4 };

/* Make [va, va + bytes) of the window show physical memory at @pa. */
void backend_map(unsigned long va, unsigned long long pa, unsigned long bytes,
		 int prot);
/* Make [va, va + bytes) of the window read as zeroes; writes fault. */
void backend_map_zeroes(unsigned long va, unsigned long bytes);
/* Make [va, va + bytes) of the window fault again. */
void backend_unmap(unsigned long va, unsigned long bytes);

/* Copy, and stop where an address is not mapped, or not for that. Return: bytes
 * not copied. */
unsigned long backend_copy(void *to, const void *from, unsigned long n);

/* Copy @n bytes between physical memory at @pa and @buf. */
void backend_phys_copy(unsigned long long pa, char *buf, unsigned long n,
		       int to_phys);

void backend_write(const char *text, unsigned long len);
unsigned long long backend_now_ns(void);
/* Return: bytes of the host's random numbers, at most @len. */
unsigned long backend_random(void *buf, unsigned long len);
void backend_exit(int status) __attribute__((noreturn));

/* Return addresses of the caller, innermost first. */
unsigned int backend_backtrace(unsigned long *pcs, unsigned int max);
/* The symbol around @addr, if the linker kept one: 1 or 0. */
int backend_symbol(unsigned long addr, const char **name, unsigned long *start);
/* 0 none, 1 text, 2 rodata, 3 data. */
int backend_image_part(unsigned long addr);
/* Is @addr in this thread's stack? */
int backend_on_stack(unsigned long addr);

/* Run fn(arg) as another CPU: a thread of its own, which nobody waits for. */
void backend_thread_start(void (*fn)(void *arg), void *arg);
/* Let another thread run: this one waits for it. */
void backend_yield(void);

/*
 * A bell wakes the one thread that waits for it. It stays rung until then, so
 * a ring between the look for work and the wait is not lost.
 */
struct backend_bell;
struct backend_bell *backend_bell_make(void);
void backend_bell_ring(struct backend_bell *bell);
void backend_bell_wait(struct backend_bell *bell);

/*
 * Fibers: several stacks for one host thread, one of which runs.
 */
/* One that begins in @entry, which does not return, on [stack, stack+bytes). */
void *backend_fiber_make(void *stack, unsigned long bytes, void (*entry)(void));
/* The one that runs, on a stack of the host's own. */
void *backend_fiber_adopt(void);
/* Leave @from, which runs, for @to. */
void backend_fiber_switch(void *from, void *to);
/* @fiber does not run, and will not again. */
void backend_fiber_free(void *fiber);

/* Memory of the host's own, zeroed, never given back. */
void *backend_alloc(unsigned long bytes);

/* The whole of a file; NULL and a line on stderr if it cannot be had. */
char *backend_read_file(const char *path, unsigned long *len);

#endif
