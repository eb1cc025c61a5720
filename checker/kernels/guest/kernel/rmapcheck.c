// SPDX-License-Identifier: GPL-2.0
/*
 * rmapcheck's own addition to the private copy of a kernel tree: it becomes mm/rmapcheck.c there, and /proc/rmapcheck.
 *
 * Reading: one line for each KSM page,
 *	page PFN MAPCOUNT VISITED NANOSECONDS PID:ADDRESS... +PID:ADDRESS... !PID:ADDRESS... &PID:ADDRESS...
 * PFN, VISITED (VMAs taken from interval trees during one walk) and NANOSECONDS (host time, the best of three walks)
 * are decimal, ADDRESS is hexadecimal. The pairs are the distinct (process, address) that the kernel's own rmap_walk()
 * offered and where page_vma_mapped_walk() confirmed the page; those with a + are found only by a second walk, for
 * which every interval tree hands out all of its VMAs, whatever range rmap_walk_ksm() asks for. With ! are the
 * processes that collect_procs_ksm() would tell of a failure of this memory, with the address that it would name; with
 * & those that it would tell if trees handed out all VMAs. A walk that offers more than the list can hold ends its line
 * with "overflow".
 *
 * Writing "out PID ADDRESS", "drop PID ADDRESS", "move PID ADDRESS" or "fail PID ADDRESS" does to the page there what
 * reclaim, migration and memory failure do: out unmaps it into the swap cache and keeps it there, drop lets the swap
 * cache go of it, move migrates it to another frame, fail is memory_failure() of its frame. allout and allmove do it
 * with a walk for which trees hand out all VMAs. The write returns EAGAIN if the kernel could not, EFAULT if there is
 * no such page, ENOENT or EBUSY for drop, what memory_failure() returns for fail.
 *
 * It uses only interfaces that the rest of mm uses too, so that it does not depend on what a patch does to mm/ksm.c.
 */
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/ksm.h>
#include <linux/rmap.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/swap.h>
#include <linux/swapops.h>
#if __has_include(<linux/leafops.h>)
#include <linux/leafops.h>
#endif
#include <linux/migrate.h>
#include <linux/pagemap.h>
#include <linux/uaccess.h>
#include <os.h>
#include "internal.h"
#include "swap.h"

/* Counted where interval trees hand out VMAs (an edit of mm/interval_tree.c). */
unsigned long rmapcheck_visited;

/* What this task asks of an interval tree is answered as if it had asked for everything. */
static struct task_struct *sees_all;

void rmapcheck_widen(unsigned long *first, unsigned long *last);
void rmapcheck_widen(unsigned long *first, unsigned long *last)
{
	if (likely(sees_all != current))
		return;
	*first = 0;
	*last = ULONG_MAX;
}

#define MOST_ENTRIES 4096

struct entry {
	pid_t pid;
	unsigned long address;
};

static struct entry entries[MOST_ENTRIES];
static unsigned int nr_entries;
static bool overflow;
static DEFINE_MUTEX(one_reader);

static pid_t pid_of(struct mm_struct *mm)
{
	struct task_struct *owner;
	pid_t pid = 0;

	rcu_read_lock();
	owner = rcu_dereference(mm->owner);
	if (owner)
		pid = task_tgid_nr(owner);
	rcu_read_unlock();
	return pid;
}

static bool collect_one(struct folio *folio, struct vm_area_struct *vma, unsigned long address, void *arg)
{
	DEFINE_FOLIO_VMA_WALK(pvmw, folio, vma, address, 0);
	pid_t pid = pid_of(vma->vm_mm);
	unsigned int i;

	while (page_vma_mapped_walk(&pvmw)) {
		for (i = 0; i < nr_entries; i++)
			if (entries[i].pid == pid && entries[i].address == pvmw.address)
				break;
		if (i < nr_entries)
			continue;
		if (nr_entries == MOST_ENTRIES) {
			overflow = true;
			continue;
		}
		entries[nr_entries].pid = pid;
		entries[nr_entries].address = pvmw.address;
		nr_entries++;
	}
	return true;
}

static bool ignore_one(struct folio *folio, struct vm_area_struct *vma, unsigned long address, void *arg)
{
	return true;
}

/* struct to_kill, which is mm/memory-failure.c's own. */
struct told {
	struct list_head nd;
	struct task_struct *tsk;
	unsigned long addr;
	short size_shift;
};

static void show_told(struct seq_file *m, struct folio *folio, const char *mark)
{
	struct told *t, *next;
	LIST_HEAD(list);

	collect_procs_ksm(folio, folio_page(folio, 0), &list, 1);
	list_for_each_entry_safe(t, next, &list, nd) {
		seq_printf(m, " %s%d:%lx", mark, task_tgid_nr(t->tsk), t->addr);
		list_del(&t->nd);
		put_task_struct(t->tsk);
		kfree(t);
	}
}

static void show_page(struct seq_file *m, struct folio *folio)
{
	struct rmap_walk_control collect = { .rmap_one = collect_one };
	struct rmap_walk_control ignore = { .rmap_one = ignore_one };
	unsigned long visited;
	long long best = -1;
	unsigned int i, own;

	for (i = 0; i < 3; i++) {
		long long before = os_nsecs(), spent;

		rmap_walk(folio, &ignore);
		spent = os_nsecs() - before;
		if (best < 0 || spent < best)
			best = spent;
	}
	nr_entries = 0;
	overflow = false;
	visited = rmapcheck_visited;
	rmap_walk(folio, &collect);
	visited = rmapcheck_visited - visited;
	own = nr_entries;
	sees_all = current;
	rmap_walk(folio, &collect);
	sees_all = NULL;

	seq_printf(m, "page %lu %d %lu %lld", folio_pfn(folio), folio_mapcount(folio), visited, best);
	for (i = 0; i < nr_entries; i++)
		seq_printf(m, " %s%d:%lx", i < own ? "" : "+", entries[i].pid, entries[i].address);
	show_told(m, folio, "!");
	sees_all = current;
	show_told(m, folio, "&");
	sees_all = NULL;
	seq_puts(m, overflow ? " overflow\n" : "\n");
}

/* What is in flight may keep it locked, until we are asked to let it go on. */
static bool lock_for_a_look(struct folio *folio)
{
	int tries;

	for (tries = 0; tries < 20; tries++) {
		if (folio_trylock(folio))
			return true;
		schedule_timeout_uninterruptible(1);
	}
	return false;
}

static int rmapcheck_show(struct seq_file *m, void *unused)
{
	unsigned long pfn;

	mutex_lock(&one_reader);
	for (pfn = min_low_pfn; pfn < max_low_pfn; pfn++) {
		struct folio *folio;

		if (!pfn_valid(pfn))
			continue;
		folio = page_folio(pfn_to_page(pfn));
		if (!folio_test_anon(folio) || !folio_test_ksm(folio) || !folio_try_get(folio))
			continue;
		if (lock_for_a_look(folio)) {
			if (folio_test_anon(folio) && folio_test_ksm(folio) && folio_mapped(folio))
				show_page(m, folio);
			folio_unlock(folio);
		}
		folio_put(folio);
	}
	mutex_unlock(&one_reader);
	return 0;
}

/* The swap entry of a page-table entry that is neither present nor none; false for migration and the like. */
static bool swap_entry_of(pte_t pte, swp_entry_t *entry)
{
#if __has_include(<linux/leafops.h>)
	*entry = softleaf_from_pte(pte);
	return softleaf_is_swap(*entry);
#else
	*entry = pte_to_swp_entry(pte);
	return !non_swap_entry(*entry);
#endif
}

static struct folio *cached_folio(swp_entry_t entry)
{
#ifdef RMAPCHECK_SWAP_CACHE_BY_ENTRY
	return swap_cache_get_folio(entry);
#else
	struct folio *folio = filemap_get_folio(swap_address_space(entry), swap_cache_index(entry));

	return IS_ERR(folio) ? NULL : folio;
#endif
}

/* With a reference. ENOENT: a swap entry whose page has left the swap cache. */
static struct folio *folio_at(struct mm_struct *mm, unsigned long address, bool swapped)
{
	struct folio *folio = ERR_PTR(-EFAULT);
	pgd_t *pgd = pgd_offset(mm, address);
	p4d_t *p4d;
	pud_t *pud;
	pmd_t *pmd;
	pte_t *ptep, pte;
	swp_entry_t entry;

	if (address >= TASK_SIZE || pgd_none(*pgd))
		return folio;
	p4d = p4d_offset(pgd, address);
	if (p4d_none(*p4d))
		return folio;
	pud = pud_offset(p4d, address);
	if (pud_none(*pud))
		return folio;
	pmd = pmd_offset(pud, address);
	if (pmd_none(*pmd))
		return folio;
	ptep = pte_offset_map(pmd, address);
	if (!ptep)
		return folio;
	pte = ptep_get(ptep);
	pte_unmap(ptep);
	if (pte_present(pte)) {
		if (swapped || is_zero_pfn(pte_pfn(pte)))
			return folio;
		folio = page_folio(pte_page(pte));
		folio_get(folio);
	} else if (!pte_none(pte) && swap_entry_of(pte, &entry)) {
		folio = cached_folio(entry);
		if (!folio)
			return ERR_PTR(-ENOENT);
	}
	return folio;
}

/* Takes the folio off its list; mlocked pages are not reclaim's. */
static bool isolate(struct folio *folio)
{
	return !folio_test_unevictable(folio) && folio_isolate_lru(folio);
}

static void reclaim(struct folio *folio)
{
	LIST_HEAD(list);

	list_add(&folio->lru, &list);
	reclaim_pages(&list);
}

static int page_out(struct folio *folio)
{
	int error = -EAGAIN;

	if (isolate(folio)) {
		reclaim(folio); /* our reference keeps it in the swap cache */
		if (!folio_mapped(folio))
			error = 0;
	}
	folio_put(folio);
	return error;
}

static int page_drop(struct folio *folio, struct mm_struct *mm, unsigned long address)
{
	int error = folio_mapped(folio) ? -EBUSY : -EAGAIN;
	int tries;

	for (tries = 0; error == -EAGAIN && tries < 2; tries++) { /* the first may do no more than write it */
		if (!isolate(folio))
			break;
		folio_put(folio);
		reclaim(folio);
		folio = folio_at(mm, address, true);
		if (IS_ERR(folio))
			return PTR_ERR(folio) == -ENOENT ? 0 : PTR_ERR(folio);
	}
	folio_put(folio);
	return error;
}

static struct folio *new_frame(struct folio *folio, unsigned long private)
{
	return folio_alloc(GFP_HIGHUSER_MOVABLE, 0);
}

/* Does a flight stop this task at points (flights.c)? Where there are none, nobody says so. */
bool __weak rmapcheck_flies(void);
bool __weak rmapcheck_flies(void)
{
	return false;
}

static int page_move(struct folio *folio)
{
	/* The synchronous kind has more than one try. */
	enum migrate_mode mode = rmapcheck_flies() ? MIGRATE_ASYNC : MIGRATE_SYNC;
	LIST_HEAD(list);

	if (!folio_isolate_lru(folio)) {
		folio_put(folio);
		return -EAGAIN;
	}
	folio_put(folio);
	list_add(&folio->lru, &list);
	node_stat_mod_folio(folio, NR_ISOLATED_ANON + folio_is_file_lru(folio), folio_nr_pages(folio));
	migrate_pages(&list, new_frame, NULL, 0, mode, MR_SYSCALL, NULL);
	if (list_empty(&list))
		return 0;
	putback_movable_pages(&list);
	return -EAGAIN;
}

/* Lets the address space go: a process may end while its page is in flight. */
static int act(const char *verb, struct mm_struct *mm, unsigned long address)
{
	struct folio *folio;
	bool drop = !strcmp(verb, "drop"), locked;
	int error = 0;

	lru_add_drain_all();
	locked = mmap_read_trylock(mm); /* else an operation in flight has it, and stands still */
	folio = folio_at(mm, address, drop);
	if (locked)
		mmap_read_unlock(mm);
	if (drop && !IS_ERR(folio))
		error = page_drop(folio, mm, address);
	mmput(mm);
	if (IS_ERR(folio))
		return !drop && PTR_ERR(folio) == -ENOENT ? -EFAULT : PTR_ERR(folio);
	if (drop)
		return error;
	if (!folio_mapped(folio)) {
		folio_put(folio);
		return -EFAULT;
	}
	if (verb[0] == 'f')
		return memory_failure(folio_pfn(folio), MF_COUNT_INCREASED);
	return verb[0] == 'o' ? page_out(folio) : page_move(folio);
}

static int act_seeing_all(const char *verb, struct mm_struct *mm, unsigned long address)
{
	int error;

	mutex_lock(&one_reader);
	sees_all = current;
	error = act(verb, mm, address);
	sees_all = NULL;
	mutex_unlock(&one_reader);
	return error;
}

static bool is_verb(const char *verb)
{
	static const char *const known[] = { "out", "drop", "move", "fail", "allout", "allmove" };
	int i;

	for (i = 0; i < ARRAY_SIZE(known); i++)
		if (!strcmp(verb, known[i]))
			return true;
	return false;
}

static ssize_t rmapcheck_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	char text[64], verb[8];
	struct task_struct *task;
	struct mm_struct *mm = NULL;
	unsigned long address;
	int pid, error;

	if (count >= sizeof(text) || copy_from_user(text, from, count))
		return -EINVAL;
	text[count] = 0;
	if (sscanf(text, "%7s %d %lx", verb, &pid, &address) != 3 || !is_verb(verb))
		return -EINVAL;
	rcu_read_lock();
	task = find_task_by_vpid(pid);
	if (task)
		get_task_struct(task);
	rcu_read_unlock();
	if (task) {
		mm = get_task_mm(task);
		put_task_struct(task);
	}
	if (!mm)
		return -ESRCH;
	address &= PAGE_MASK;
	error = strncmp(verb, "all", 3) ? act(verb, mm, address) : act_seeing_all(verb + 3, mm, address);
	return error ? error : count;
}

static int rmapcheck_open(struct inode *inode, struct file *file)
{
	return single_open_size(file, rmapcheck_show, NULL, 1 << 18);
}

static const struct proc_ops rmapcheck_ops = {
	.proc_open = rmapcheck_open,
	.proc_read = seq_read,
	.proc_write = rmapcheck_write,
	.proc_lseek = seq_lseek,
	.proc_release = single_release,
};

/*
 * Pages go to their lists at once. A batch of a processor holds references on pages that it has not got to, and a page
 * with one more reference than mappings is not merged: how full a batch is would decide in which scan.
 */
static int __init rmapcheck_init(void)
{
	lru_cache_disable();
	return proc_create("rmapcheck", 0600, NULL, &rmapcheck_ops) ? 0 : -ENOMEM;
}
late_initcall(rmapcheck_init);
