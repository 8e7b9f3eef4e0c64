/* SPDX-License-Identifier: MIT */
/* api_older.c - the names of the first two editions, from a module */
#include <linux/config.h>
#include <linux/module.h>
#include <linux/malloc.h>
#include <linux/completion.h>
#include <linux/jiffies.h>
#include <linux/jump_label.h>
#include <linux/mm.h>
#include <linux/pci.h>
#include <linux/proc_fs.h>
#include <linux/sched/mm.h>
#include <linux/seq_file.h>
#include <linux/time.h>
#include <linux/timex.h>
#include <linux/timer.h>
#include <linux/utsname.h>
#include <linux/workqueue.h>
#include <linux/wrapper.h>
#include <asm/system.h>
#include <asm/dma.h>
#include <asm/io.h>
#include <asm/msr.h>
#include <asm/uaccess.h>
#include "api.h"

static int count = 1;
static char *name = "none";
static int row[4] = { 9, 9, 9, 9 };
MODULE_PARM(count, "i");
MODULE_PARM(name, "s");
MODULE_PARM(row, "2-4i");
EXPORT_NO_SYMBOLS;

static int constructed;

static void ctor(void *object, kmem_cache_t *cache, unsigned long flags)
{
	constructed += (flags & SLAB_CTOR_CONSTRUCTOR) != 0;
}

static void memory(void)
{
	kmem_cache_t *cache =
		kmem_cache_create("api-older", 64, 0, SLAB_NO_REAP, ctor, NULL);
	char *page = (char *)get_free_page(GFP_BUFFER);
	unsigned long dma = __get_dma_pages(GFP_KERNEL, 1);
	void *object;

	API_EXPECT(cache && page && dma);
	object = kmem_cache_alloc(cache, SLAB_KERNEL);
	API_EXPECT(object && constructed > 0);
	kmem_cache_free(cache, object);
	kmem_cache_destroy(cache);
	API_EXPECT(page[0] == 0 && page[PAGE_SIZE - 1] == 0);
	API_EXPECT(virt_to_bus((void *)dma) + 2 * PAGE_SIZE <= 16ul << 20);
	API_EXPECT(bus_to_virt(virt_to_bus(page)) == page);
	free_page((unsigned long)page);
	mem_map_reserve(virt_to_page(dma));
	API_EXPECT(virt_to_page(dma) == virt_to_page((void *)dma));
	mem_map_unreserve(virt_to_page(dma));
	free_pages(dma, 1);
}

/* Nobody included linux/spinlock.h, and a lock is made with one argument. */
static void lock_by_the_way(void)
{
	spinlock_t lock;
	unsigned long flags;

	spin_lock_init(&lock);
	spin_lock_irqsave(&lock, flags);
	API_EXPECT(spin_is_locked(&lock));
	spin_unlock_irqrestore(&lock, flags);
}

/* A driver's own functions have these names, too: the kernel's are not for it. */
#define OWN(name)             \
	static int name(void) \
	{                     \
		return 1;     \
	}
OWN(pci_init)
OWN(pci_proc_init)
OWN(workqueue_init)
OWN(random_init)
OWN(sched_init)
OWN(timers_init)
OWN(tasklets_init)
OWN(dma_mappings_init)
OWN(rcu_init)
OWN(misc_init)
OWN(block_init)
OWN(proc_table_init)
OWN(kmap_init)
OWN(slab_init)
OWN(vmalloc_init)

static void own_names(void)
{
	API_EXPECT(pci_init() + pci_proc_init() + workqueue_init() +
			   random_init() + sched_init() + timers_init() +
			   tasklets_init() + dma_mappings_init() + rcu_init() +
			   misc_init() + block_init() + proc_table_init() +
			   kmap_init() + slab_init() + vmalloc_init() ==
		   15);
}

static DEFINE_STATIC_KEY_FALSE(unusual);
static struct static_key plain = STATIC_KEY_INIT_TRUE;

static void static_keys(void)
{
	API_EXPECT(!static_branch_unlikely(&unusual));
	static_branch_enable(&unusual);
	static_branch_enable(&unusual);
	API_EXPECT(static_key_enabled(&unusual));
	static_branch_inc(&unusual);
	static_branch_disable(&unusual); /* others still want it */
	API_EXPECT(static_branch_likely(&unusual));
	static_branch_dec(&unusual);
	static_branch_disable(&unusual);
	API_EXPECT(!static_key_enabled(&unusual));
	API_EXPECT(static_key_true(&plain));
	static_key_slow_dec(&plain);
	API_EXPECT(!static_key_false(&plain));
}

static DECLARE_COMPLETION(last_word);

static int says_its_last_word(void *data)
{
	complete_and_exit(data, 0);
}

/* And what stat() says of a file of /proc. */
static void thread_and_file(void)
{
	struct task_struct *task =
		kthread_create(says_its_last_word, &last_word, "api");
	struct proc_dir_entry *entry = proc_mkdir("api-older", NULL);

	API_EXPECT(!IS_ERR(task) && entry);
	wake_up_process(task);
	wait_for_completion(&last_word);
	API_EXPECT(!completion_done(&last_word));
	complete(&last_word);
	INIT_COMPLETION(last_word);
	API_EXPECT(!completion_done(&last_word));
	proc_set_size(entry, 80);
	proc_set_user(entry, KUIDT_INIT(7), GLOBAL_ROOT_GID);
	API_EXPECT(entry->inode.i_size == 80 && entry->inode.i_uid.val == 7);
	proc_remove(entry);
}

/* The counter in each form, one after the other. */
static void cycles(void)
{
	u64 first = rdtsc(), third;
	cycles_t second = get_cycles();
	u32 low;

	rdtscll(third);
	rdtscl(low);
	API_EXPECT(first < second && second < third);
	API_EXPECT(low - (u32)third < 1u << 31);
}

static void isa_dma(void)
{
	unsigned long flags;

	API_EXPECT(!request_dma(3, "api"));
	API_EXPECT(request_dma(3, "api again") == -EBUSY);
	API_EXPECT(request_dma(4, "api") == -EBUSY);
	API_EXPECT(request_dma(8, "api") == -EINVAL);
	flags = claim_dma_lock();
	disable_dma(3);
	clear_dma_ff(3);
	set_dma_mode(3, DMA_MODE_READ);
	set_dma_addr(3, 0x10000);
	set_dma_count(3, 512);
	API_EXPECT(get_dma_residue(3) == 512);
	release_dma_lock(flags);
	free_dma(3);
}

/* What a driver keeps of a buffer that is mapped. */
struct given {
	DECLARE_PCI_UNMAP_ADDR(bus)
	DECLARE_PCI_UNMAP_LEN(len)
};

static struct pci_device_id ids[] __devinitdata = {
	{ PCI_DEVICE(0xfffe, 0x1234) },
	{ 0 },
};
MODULE_DEVICE_TABLE(pci, ids);

static int __devinit probe(struct pci_dev *dev, const struct pci_device_id *id)
{
	return -ENODEV;
}

static void __devexit gone(struct pci_dev *dev)
{
}

static struct pci_driver driver = {
	.name = "api_older",
	.id_table = ids,
	.probe = probe,
	.remove = __devexit_p(gone),
};

/* As a card that is not PCI's has it, and as PCI's first devices were found. */
static void pci(void)
{
	struct pci_pool *pool =
		pci_pool_create("api-older", NULL, 32, 32, 0, GFP_KERNEL);
	char *buf = kmalloc(512, GFP_KERNEL);
	struct pci_dev *dev = NULL;
	struct given given;
	unsigned int nr = 0;
	dma_addr_t bus;
	void *va;

	pci_for_each_dev(dev) nr++;
	API_EXPECT(pci_present() == (nr > 0));
	API_EXPECT(!nr || pci_find_slot(0, 0));
	API_EXPECT(!pci_find_device(0xfffe, PCI_ANY_ID, NULL));
	API_EXPECT(pci_dma_supported(NULL, 0xffffff));
	va = pci_alloc_consistent(NULL, 100, &bus);
	API_EXPECT(va && bus + 100 <= 16ul << 20);
	pci_free_consistent(NULL, 100, va, bus);
	pci_unmap_len_set(&given, len, 512);
	bus = pci_map_single(NULL, buf, 512, PCI_DMA_TODEVICE);
	API_EXPECT(!pci_dma_mapping_error(bus));
	pci_unmap_addr_set(&given, bus, bus);
	pci_dma_sync_single(NULL, bus, 512, PCI_DMA_TODEVICE);
	pci_unmap_single(NULL, pci_unmap_addr(&given, bus),
			 pci_unmap_len(&given, len), PCI_DMA_TODEVICE);
	va = pool ? pci_pool_alloc(pool, GFP_ATOMIC, &bus) : NULL;
	API_EXPECT(va && !(bus & 31));
	pci_pool_free(pool, va, bus);
	pci_pool_destroy(pool);
	kfree_s(buf, 512);
	API_EXPECT(!pci_module_init(&driver));
	pci_unregister_driver(&driver);
}

static DECLARE_WAIT_QUEUE_HEAD(queue);

/* Nobody wakes it: the time is all that ends it. */
static void sleeping(void)
{
	unsigned long start = jiffies;

	API_EXPECT(!interruptible_sleep_on_timeout(&queue, 2));
	API_EXPECT(!sleep_on_timeout(&queue, 1));
	API_EXPECT(time_after_eq(jiffies, start + 3));
	API_EXPECT(!waitqueue_active(&queue));
}

static int sum;

static void timer_fn(unsigned long data)
{
	sum += (int)data;
	wake_up(&queue);
}

static void work_fn(void *data)
{
	sum += *(int *)data;
	wake_up(&queue);
}

static int ten = 10;
static struct timer_list timer;
static DECLARE_WORK(work, work_fn, &ten);

/* Functions that are given what their owner wants. */
static void given_data(void)
{
	timer.expires = 7; /* before the timer is made, as some do */
	timer_setup(&timer, NULL, TIMER_INIT_FLAGS);
	API_EXPECT(timer.expires == 7 && !timer_pending(&timer));
	init_timer(&timer);
	timer.function = timer_fn;
	timer.data = 3;
	timer.expires = jiffies + 1;
	add_timer(&timer);
	wait_event(queue, sum == 3);
	del_timer_sync(&timer);
	schedule_work(&work);
	wait_event(queue, sum == 13);
	flush_scheduled_work();
	INIT_WORK(&work, (void (*)(void *))work_fn, &ten);
	schedule_delayed_work(&work, 1);
	wait_event(queue, sum == 23);
	schedule_delayed_work(&work, 100 * HZ);
	API_EXPECT(cancel_delayed_work(&work));
	flush_scheduled_work();
}

static int old_show(struct seq_file *m, void *v)
{
	struct timespec ts;
	struct timeval tv;

	do_gettimeofday(&tv);
	ts = current_kernel_time();
	API_EXPECT(tv.tv_sec > 0 && (unsigned long)tv.tv_sec <= get_seconds());
	API_EXPECT(ts.tv_nsec % (1000000000 / HZ) == 0);
	jiffies_to_timespec(3 * HZ + 1, &ts);
	API_EXPECT(ts.tv_sec == 3 && timespec_to_jiffies(&ts) == 3 * HZ + 1);
	jiffies_to_timeval(3 * HZ + 1, &tv);
	API_EXPECT(tv.tv_sec == 3 && timeval_to_jiffies(&tv) == 3 * HZ + 1);
	API_EXPECT((unsigned long)get_jiffies_64() - jiffies + 2 <= 2);
	seq_printf(m, "%s %s %s\n", (char *)m->private, system_utsname.machine,
		   init_uts_ns.name.release);
	return 0;
}

static int old_open(struct inode *inode, struct file *file)
{
	return single_open(file, old_show, PDE_DATA(inode));
}

static struct file_operations old_ops = {
	.owner = THIS_MODULE,
	.open = old_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = single_release,
};

/* Files of /proc as of any other kind. */
static void use_proc(struct mm_struct *mm)
{
	struct user_mapping m = { .len = PAGE_SIZE,
				  .flags = VM_READ | VM_WRITE };
	unsigned long at = user_map(mm, &m);
	struct file *file = filp_open("/proc/api_older", O_RDONLY, 0);
	static const char want[] = "told i686 " UTS_RELEASE "\n";
	char text[sizeof(want)] = "";
	loff_t pos = 0;

	API_EXPECT(!IS_ERR_VALUE(at) && !IS_ERR(file));
	API_EXPECT(file_dentry(file)->d_inode == file_inode(file));
	API_EXPECT(vfs_read(file, (char *)at, 100, &pos) == strlen(want));
	API_EXPECT(!copy_from_user(text, (void *)at, strlen(want)));
	API_EXPECT(!strcmp(text, want));
	filp_close(file, NULL);
}

static void proc_files(void)
{
	struct mm_struct *mm = mm_alloc();

	API_EXPECT(mm &&
		   proc_create_data("api_older", 0, NULL, &old_ops, "told"));
	API_EXPECT(proc_create("api_other", 0, NULL, &old_ops));
	if (mm) {
		kthread_use_mm(mm);
		use_proc(mm);
		kthread_unuse_mm(mm);
		mmput(mm);
	}
	remove_proc_entry("api_other", NULL);
	remove_proc_entry("api_older", NULL);
}

static int __init api_init(void)
{
	unsigned long flags;

	printk("<1>api_older: said as the books say it\n");
	API_EXPECT(count == 5 && !strcmp(name, "a,b"));
	API_EXPECT(row[0] == 1 && row[2] == 3 && row[3] == 9);
	API_EXPECT(!MOD_IN_USE || module_refcount(THIS_MODULE) == 1);
	MOD_INC_USE_COUNT;
	API_EXPECT(MOD_IN_USE);
	MOD_DEC_USE_COUNT;
	API_EXPECT(!verify_area(VERIFY_READ, (void *)0x10000, 100));
	API_EXPECT(verify_area(VERIFY_WRITE, (void *)PAGE_OFFSET, 1) ==
		   -EFAULT);
	API_EXPECT(access_ok(VERIFY_READ, (void *)0x10000, 100));
	API_EXPECT(access_ok((void *)0x10000, 100));
	API_EXPECT(current->uid == 0);
	API_EXPECT(API_DEBUG == 7); /* by the Makefile's DEBUG and CFLAGS */
	save_flags(flags);
	cli();
	restore_flags(flags);
	memory();
	isa_dma();
	lock_by_the_way();
	own_names();
	static_keys();
	cycles();
	thread_and_file();
	pci();
	sleeping();
	given_data();
	proc_files();
	return api_result();
}

static void __exit api_exit(void)
{
}

module_init(api_init);
module_exit(api_exit);
MODULE_LICENSE("GPL");
