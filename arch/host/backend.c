/* SPDX-License-Identifier: MIT */
/*
 * backend.c - the hosted port's only contact with libc
 *
 * Physical memory is a memfd. The direct map is one shared mapping of its
 * first bytes; the window of the page tables is reserved address space in
 * which single pages of the memfd are mapped over each other with MAP_FIXED.
 * So two kernel addresses of one frame really are the same memory, and an
 * address that is not mapped really faults.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <link.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/uio.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include <host/backend.h>

static int phys_fd = -1;
static unsigned long direct_base;
static unsigned long window_base;

static void die(const char *what)
{
	fprintf(stderr, "host: %s: %s\n", what, strerror(errno));
	_exit(99);
}

void backend_memory_init(unsigned long long phys_bytes,
			 unsigned long direct_bytes, unsigned long window_bytes)
{
	/* As on x86, blocks are aligned to their size in the direct map too. */
	const unsigned long align = 4ul << 20; /* the largest block */
	void *p;

	phys_fd = memfd_create("physical-memory", MFD_CLOEXEC);
	if (phys_fd < 0 || ftruncate64(phys_fd, (off64_t)phys_bytes) < 0)
		die("physical memory");
	p = mmap(NULL, direct_bytes + align, PROT_NONE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p == MAP_FAILED)
		die("direct map");
	p = (void *)(((unsigned long)p + align - 1) & ~(align - 1));
	p = mmap(p, direct_bytes, PROT_READ | PROT_WRITE,
		 MAP_SHARED | MAP_FIXED, phys_fd, 0);
	if (p == MAP_FAILED)
		die("direct map");
	direct_base = (unsigned long)p;
	p = mmap(NULL, window_bytes, PROT_NONE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p == MAP_FAILED)
		die("page table window");
	window_base = (unsigned long)p;
}

unsigned long backend_direct_base(void)
{
	return direct_base;
}

unsigned long backend_window_base(void)
{
	return window_base;
}

void backend_map(unsigned long va, unsigned long long pa, unsigned long bytes,
		 int prot)
{
	int host_prot = (prot & BACKEND_R ? PROT_READ : 0) |
			(prot & BACKEND_W ? PROT_WRITE : 0) |
			(prot & BACKEND_X ? PROT_EXEC : 0);

	if (mmap64((void *)va, bytes, host_prot, MAP_SHARED | MAP_FIXED,
		   phys_fd, (off64_t)pa) == MAP_FAILED)
		die("map page");
}

/* Linux shows one page of zeroes of its own, and counts one mapping. */
void backend_map_zeroes(unsigned long va, unsigned long bytes)
{
	if (mmap((void *)va, bytes, PROT_READ,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1,
		 0) == MAP_FAILED)
		die("map zeroes");
}

void backend_unmap(unsigned long va, unsigned long bytes)
{
	if (mmap((void *)va, bytes, PROT_NONE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1,
		 0) == MAP_FAILED)
		die("unmap page");
}

unsigned long backend_copy(void *to, const void *from, unsigned long n)
{
	struct iovec local = { to, n }, remote = { (void *)from, n };
	ssize_t done = process_vm_readv(getpid(), &local, 1, &remote, 1, 0);

	return done < 0 ? n : n - (unsigned long)done;
}

void backend_phys_copy(unsigned long long pa, char *buf, unsigned long n,
		       int to_phys)
{
	off64_t at = (off64_t)pa;
	ssize_t done = to_phys ? pwrite64(phys_fd, buf, n, at) :
				 pread64(phys_fd, buf, n, at);

	if (done != (ssize_t)n)
		die("copy of physical memory");
}

void backend_write(const char *text, unsigned long len)
{
	while (len) {
		ssize_t n = write(STDOUT_FILENO, text, len);

		if (n < 0 && errno != EINTR)
			return;
		if (n > 0) {
			text += n;
			len -= (unsigned long)n;
		}
	}
}

unsigned long backend_random(void *buf, unsigned long len)
{
	ssize_t got = getrandom(buf, len, GRND_NONBLOCK);

	return got < 0 ? 0 : (unsigned long)got;
}

unsigned long long backend_now_ns(void)
{
	static unsigned long long start_ns;
	struct timespec ts;
	unsigned long long now;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	now = (unsigned long long)ts.tv_sec * 1000000000ull +
	      (unsigned long long)ts.tv_nsec;
	if (!start_ns)
		start_ns = now;
	return now - start_ns;
}

void backend_exit(int status)
{
	exit(status);
}

unsigned int backend_backtrace(unsigned long *pcs, unsigned int max)
{
	void *frames[64];
	int i, n;

	n = backtrace(frames, max < 64 ? (int)max : 64);
	for (i = 0; i < n; i++)
		pcs[i] = (unsigned long)frames[i];
	return (unsigned int)n;
}

int backend_symbol(unsigned long addr, const char **name, unsigned long *start)
{
	Dl_info info;

	if (!dladdr((void *)addr, &info) || !info.dli_sname)
		return 0;
	*name = info.dli_sname;
	*start = (unsigned long)info.dli_saddr;
	return 1;
}

struct part_query {
	unsigned long addr;
	int part;
};

static int find_part(struct dl_phdr_info *info, size_t size, void *arg)
{
	struct part_query *q = arg;
	int i;

	(void)size;
	for (i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];

		if (ph->p_type != PT_LOAD ||
		    q->addr - (info->dlpi_addr + ph->p_vaddr) >= ph->p_memsz)
			continue;
		if (ph->p_flags & PF_X)
			q->part = 1;
		else
			q->part = ph->p_flags & PF_W ? 3 : 2;
	}
	return 1; /* the first object is the program itself */
}

int backend_image_part(unsigned long addr)
{
	struct part_query q = { addr, 0 };

	dl_iterate_phdr(find_part, &q);
	return q.part;
}

/* The host's own stack of this thread. */
static void thread_stack(unsigned long *start, unsigned long *bytes)
{
	static __thread unsigned long base, size;

	if (!size) {
		pthread_attr_t attr;
		void *stack;
		size_t room;

		if (pthread_getattr_np(pthread_self(), &attr))
			die("stack of a thread");
		pthread_attr_getstack(&attr, &stack, &room);
		pthread_attr_destroy(&attr);
		base = (unsigned long)stack;
		size = room;
	}
	*start = base;
	*bytes = size;
}

/*
 * A sanitizer must know which stack is in use. Present only in programs that
 * are built with one.
 */
#define SANITIZER __attribute__((weak))
SANITIZER void __sanitizer_start_switch_fiber(void **save, const void *bottom,
					      size_t size);
SANITIZER void __sanitizer_finish_switch_fiber(void *save, const void **bottom,
					       size_t *size);
SANITIZER void __asan_unpoison_memory_region(const volatile void *p, size_t n);
SANITIZER void *__tsan_get_current_fiber(void);
SANITIZER void *__tsan_create_fiber(unsigned flags);
SANITIZER void __tsan_destroy_fiber(void *fiber);
SANITIZER void __tsan_switch_to_fiber(void *fiber, unsigned flags);

struct fiber {
	ucontext_t context;
	unsigned long base, size;
	void (*entry)(void);
	void *asan_save;
	void *tsan;
	struct fiber *next, **pprev;
};

/* All there are: threads that still sleep at the end hold them in memory that
 * the leak checker does not look through. CPU 0 alone has fibers. */
static struct fiber *fibers;
/* NULL: the thread is on the host's own stack. */
static __thread struct fiber *this_fiber;

/* The first half of a switch is behind us, on another stack. */
static void fiber_arrived(void)
{
	if (__sanitizer_finish_switch_fiber)
		__sanitizer_finish_switch_fiber(this_fiber->asan_save, NULL,
						NULL);
}

static void fiber_main(void)
{
	fiber_arrived();
	this_fiber->entry();
	die("a fiber returned");
}

static struct fiber *fiber_new(void)
{
	struct fiber *f = calloc(1, sizeof(*f));

	if (!f)
		die("fiber");
	f->next = fibers;
	f->pprev = &fibers;
	if (fibers)
		fibers->pprev = &f->next;
	fibers = f;
	return f;
}

void *backend_fiber_make(void *stack, unsigned long bytes, void (*entry)(void))
{
	struct fiber *f = fiber_new();

	f->base = (unsigned long)stack;
	f->size = bytes;
	f->entry = entry;
	if (getcontext(&f->context))
		die("fiber");
	f->context.uc_stack.ss_sp = stack;
	f->context.uc_stack.ss_size = bytes;
	f->context.uc_link = NULL;
	makecontext(&f->context, fiber_main, 0);
	if (__tsan_create_fiber)
		f->tsan = __tsan_create_fiber(0);
	return f;
}

void *backend_fiber_adopt(void)
{
	struct fiber *f = fiber_new();

	thread_stack(&f->base, &f->size);
	if (__tsan_get_current_fiber)
		f->tsan = __tsan_get_current_fiber();
	return f;
}

void backend_fiber_switch(void *from, void *to)
{
	struct fiber *old = from, *new = to;

	if (__sanitizer_start_switch_fiber)
		__sanitizer_start_switch_fiber(
			&old->asan_save, (const void *)new->base, new->size);
	if (__tsan_switch_to_fiber)
		__tsan_switch_to_fiber(new->tsan, 0);
	this_fiber = new;
	swapcontext(&old->context, &new->context);
	fiber_arrived();
}

void backend_fiber_free(void *fiber)
{
	struct fiber *f = fiber;

	/* Its last functions never returned, so their frames still count. */
	if (__asan_unpoison_memory_region)
		__asan_unpoison_memory_region((void *)f->base, f->size);
	if (__tsan_destroy_fiber)
		__tsan_destroy_fiber(f->tsan);
	*f->pprev = f->next;
	if (f->next)
		f->next->pprev = f->pprev;
	free(f);
}

int backend_on_stack(unsigned long addr)
{
	unsigned long base, size;

	if (this_fiber) {
		base = this_fiber->base;
		size = this_fiber->size;
	} else {
		thread_stack(&base, &size);
	}
	return addr - base < size;
}

/* --- threads ------------------------------------------------------------ */

struct thread_start {
	void (*fn)(void *arg);
	void *arg;
};

static void *thread_main(void *start)
{
	struct thread_start t = *(struct thread_start *)start;

	free(start);
	t.fn(t.arg);
	return NULL;
}

void backend_thread_start(void (*fn)(void *arg), void *arg)
{
	struct thread_start *t = malloc(sizeof(*t));
	pthread_t id;

	if (!t)
		die("thread");
	t->fn = fn;
	t->arg = arg;
	errno = pthread_create(&id, NULL, thread_main, t);
	if (!errno)
		errno = pthread_detach(id);
	if (errno)
		die("thread");
}

void backend_yield(void)
{
	sched_yield();
}

struct backend_bell {
	pthread_mutex_t lock;
	pthread_cond_t rings;
	int rung;
};

struct backend_bell *backend_bell_make(void)
{
	struct backend_bell *bell = backend_alloc(sizeof(*bell));

	if (pthread_mutex_init(&bell->lock, NULL) ||
	    pthread_cond_init(&bell->rings, NULL))
		die("bell");
	return bell;
}

void backend_bell_ring(struct backend_bell *bell)
{
	pthread_mutex_lock(&bell->lock);
	bell->rung = 1;
	pthread_cond_signal(&bell->rings);
	pthread_mutex_unlock(&bell->lock);
}

void backend_bell_wait(struct backend_bell *bell)
{
	pthread_mutex_lock(&bell->lock);
	while (!bell->rung)
		pthread_cond_wait(&bell->rings, &bell->lock);
	bell->rung = 0;
	pthread_mutex_unlock(&bell->lock);
}

void *backend_alloc(unsigned long bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		die("host memory");
	return p;
}

char *backend_read_file(const char *path, unsigned long *len)
{
	FILE *f = fopen(path, "rb");
	char *data = NULL;
	long size;

	if (!f || fseek(f, 0, SEEK_END) || (size = ftell(f)) < 0) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		goto out;
	}
	rewind(f);
	data = backend_alloc((unsigned long)size + 1);
	*len = fread(data, 1, (size_t)size, f);
out:
	if (f)
		fclose(f);
	return data;
}
