/* ---- Does the walk find every entry? Each means says which it does not, or why it cannot tell ---- */

/* Is the state what the trace makes of it? Every page must be one frame, and mapped just as often as is known. */
static void check_state(void)
{
	word frame = 0, first = 0, mapped = 0;
	size_t i;

	for (i = 0; i < COUNT(entries); i++) {
		const struct mapped *e = &entries[i];
		int begins = !i || e->page != e[-1].page, ends = i + 1 == COUNT(entries) || e[1].page != e->page;

		if (look_up(e, &frame) != IN_MEMORY)
			stop(CANNOT_TELL, "process %d has no page in memory at 0x%lx", e->process, e->address);
		if (!frame)
			stop(CANNOT_TELL, "which frames are mapped is for root to know");
		if (begins)
			first = frame;
		mapped = begins ? 1 : mapped + 1;
		if (frame != first)
			stop(CANNOT_TELL, "the page of process %d at 0x%lx was not merged", e->process, e->address);
		if (ends && times_mapped(frame) && times_mapped(frame) != mapped)
			stop(CANNOT_TELL, "frame %lu is mapped %lu times, not %lu", frame, times_mapped(frame), mapped);
	}
}

static int is_lost[COUNT(entries)];

/* ---- 1: page_idle, one entry at a time. It changes nothing. ---- */

#define IDLE "/sys/kernel/mm/page_idle/bitmap"

static int set_idle(int fd, word frame)
{
	word bit = 1ul << frame % 64;

	return pwrite(fd, &bit, sizeof bit, (off_t)(frame / 64 * 8)) == sizeof bit;
}

/* Asking walks, too: an entry that was used and is found makes the page no longer idle. */
static int is_idle(int fd, word frame)
{
	word bits = 0;

	if (pread(fd, &bits, sizeof bits, (off_t)(frame / 64 * 8)) != sizeof bits)
		return -1;
	return bits >> frame % 64 & 1;
}

/* A walk clears the accessed bit of every entry that it finds. Then the page is read through one entry, and idle still
 * if the next walk does not find this one. */
static int by_idle(const char **why)
{
	int fd = open(IDLE, O_RDWR | O_CLOEXEC), idle = 0, tries;
	word frame;
	size_t i;

	*why = "page_idle is not in this kernel (CONFIG_IDLE_PAGE_TRACKING), or for root only";
	if (fd < 0)
		return 0;
	for (i = 0; i < COUNT(entries); i++) {
		const struct mapped *e = &entries[i];

		look_up(e, &frame);
		for (tries = 0, idle = 0; !idle && tries < 5; tries++) {
			if (tries)
				drain_lists();
			idle = set_idle(fd, frame) && is_idle(fd, frame) == 1 && set_idle(fd, frame);
		}
		*why = "page_idle does not take the page";
		if (!idle)
			return 0;
		if (tell_about(FORGET, e->process, 0) || tell_about(READ, e->process, e->address))
			stop(CANNOT_TELL, "process %d cannot read 0x%lx", e->process, e->address);
		idle = is_idle(fd, frame);
		if (idle < 0)
			return 0;
		is_lost[i] = idle;
	}
	close(fd);
	return 1;
}

/* ---- 2: migration. It succeeds if the walk is whole; which entry was lost it does not say. ---- */

static int first_of_page(size_t i)
{
	return !i || entries[i].page != entries[i - 1].page;
}

/* Whatever else may keep a page where it is does not do so for long. */
static int moves(const struct mapped *e, long (*move)(const struct mapped *), int *possible)
{
	long error = 0;
	int tries;

	for (tries = 0; tries < 5; tries++) {
		drain_lists();
		error = move(e);
		*possible = error != -EINVAL && error != -EPERM && error != -EACCES && error != -ENOSYS && error != -ENODEV;
		if (!error || !*possible)
			break;
		nap(100);
	}
	printf("the page at 0x%lx of process %d: %s\n", e->address, e->process,
	       error ? strerror((int)-error) : "it has moved");
	return !error;
}

static int each_moves(long (*move)(const struct mapped *))
{
	int possible = 1;
	size_t i;

	for (i = 0; i < COUNT(entries) && possible; i++)
		is_lost[i] = first_of_page(i) ? !moves(&entries[i], move, &possible) : is_lost[i - 1];
	return possible;
}

static long to_other_node(const struct mapped *e)
{
	void *page = (void *)e->address;
	int node, now = -1, status = -1;
	char path[64];

	if (syscall(SYS_move_pages, real_pid[e->process], 1ul, &page, NULL, &now, 0) || now < 0)
		return -ENOSYS;
	for (node = 0; node < 1024; node++) {
		snprintf(path, sizeof path, "/sys/devices/system/node/node%d", node);
		if (node == now || access(path, F_OK))
			continue;
		if (syscall(SYS_move_pages, real_pid[e->process], 1ul, &page, &node, &status, 4 /* MPOL_MF_MOVE_ALL */) < 0)
			return -errno;
		return status < 0 ? status : 0;
	}
	return -ENODEV;
}

static int by_migration(const char **why)
{
	*why = "there is no second NUMA node to migrate to, or it is for root only";
	return each_moves(to_other_node);
}

static long soft_offline(const struct mapped *e)
{
	const int advice = 101; /* MADV_SOFT_OFFLINE */
	const struct action a = {CALL, e->process, {SYS_madvise, e->address, PAGE, advice}, 0, NULL, NULL};

	return ask(&a);
}

static int by_offline(const char **why)
{
	*why = "MADV_SOFT_OFFLINE is not in this kernel (CONFIG_MEMORY_FAILURE), or for root only";
	return each_moves(soft_offline);
}

/* ---- 3: reclaim of the processes' control group. What is found becomes a swap entry. ---- */

/* Pages of which no entry was reclaimed. */
static size_t pages_left(void)
{
	size_t i, left = 0, gone = 0;
	word frame;

	for (i = 0; i < COUNT(entries); i++) {
		gone = (first_of_page(i) ? 0 : gone) + (look_up(&entries[i], &frame) == IN_SWAP);
		if (i + 1 == COUNT(entries) || first_of_page(i + 1))
			left += !gone;
	}
	return left;
}

static int by_reclaim(const char **why)
{
	word frame;
	size_t i;
	int tries;

	*why = no_reclaim();
	if (*why)
		return 0;
	for (tries = 0; pages_left() && tries < 20; tries++) {
		drain_lists();
		reclaim_group();
		nap(200);
	}
	*why = "reclaim does not take the pages";
	for (i = 0; i < COUNT(entries); i++)
		is_lost[i] = look_up(&entries[i], &frame) == IN_MEMORY;
	return !pages_left();
}

static const struct {
	const char *name, *what;
	int (*look)(const char **why);
} means[] = {
	{"idle", "page_idle, one entry at a time", by_idle},
	{"move", "migration to another node by move_pages()", by_migration},
	{"reclaim", "reclaim of the control group into swap", by_reclaim},
	{"offline", "migration by MADV_SOFT_OFFLINE, which takes the frame from the machine", by_offline},
};
