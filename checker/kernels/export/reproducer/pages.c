
/* ---- What can be seen of a page, and reclaim ---- */

enum { IN_MEMORY = 1, IN_SWAP = 2 };

/* From /proc/PID/pagemap: the frame (0 where only root may know it), and whether it is in memory or in swap. */
static int look_up(const struct mapped *e, word *frame)
{
	char path[64];
	word value = 0;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/pagemap", (int)real_pid[e->process]);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || pread(fd, &value, sizeof value, (off_t)(e->address / PAGE * sizeof value)) != sizeof value)
		stop(CANNOT_TELL, "%s cannot be read", path);
	close(fd);
	*frame = value >> 63 ? value & ((1ul << 55) - 1) : 0;
	return value >> 63 ? IN_MEMORY : value >> 62 & 1 ? IN_SWAP : 0;
}

static word times_mapped(word frame)
{
	word count = 0;
	int fd = open("/proc/kpagecount", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || pread(fd, &count, sizeof count, (off_t)(frame * sizeof count)) != sizeof count)
		count = 0;
	if (fd >= 0)
		close(fd);
	return count;
}

/* Makes new pages leave the lists of single processors, where page_idle does not look. */
static void drain_lists(void)
{
	put("/proc/sys/vm/compact_memory", "1");
	put("/proc/sys/vm/drop_caches", "1");
}

static int swap_is_there(void)
{
	char text[4096], *p;

	get("/proc/meminfo", text, sizeof text);
	p = strstr(text, "SwapFree:");
	return p && strtoul(p + 9, NULL, 10) >= 1024; /* KiB */
}

static void reclaim_group(void)
{
	char path[100];

	if (!by_limit) {
		snprintf(path, sizeof path, "%s/memory.reclaim", group);
		put(path, "16M");
		return;
	}
	snprintf(path, sizeof path, "%s/memory.limit_in_bytes", group);
	put(path, "4096");
	put(path, "-1");
}

/* Why the group cannot be reclaimed; NULL if it can. */
static const char *no_reclaim(void)
{
	if (!group[0])
		return "there is no control group that can be reclaimed, or it is for root only";
	return swap_is_there() ? NULL : "nothing can be reclaimed without swap";
}

