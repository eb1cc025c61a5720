/* As the first program of a guest: what a system would have mounted, and a swap device in memory. */
static void begin_as_init(void)
{
	static char header[PAGE];
	const unsigned version = 1, last_page = 2047;
	FILE *device;

	mkdir("/proc", 0755);
	mkdir("/sys", 0755);
	mkdir("/dev", 0755);
	mount("none", "/proc", "proc", 0, "");
	mount("none", "/sys", "sysfs", 0, "");
	mount("none", "/dev", "devtmpfs", 0, "");
	mount("none", "/sys/fs/cgroup", "cgroup2", 0, "");
	memcpy(header + 1024, &version, sizeof version);
	memcpy(header + 1028, &last_page, sizeof last_page);
	memcpy(header + PAGE - 10, "SWAPSPACE2", 10);
	device = fopen("/dev/ram0", "r+");
	if (device) {
		fwrite(header, sizeof header, 1, device);
		fclose(device);
		swapon("/dev/ram0", 0);
	}
	put("/proc/sys/vm/page-cluster", "0");
}

int main(int argc, char **argv)
{
	int init = getpid() == 1, verdict;
	size_t m;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (m = 0; argc > 1 && m < COUNT(means) && strcmp(argv[1], means[m].name); m++)
		;
	if (!init && argc > 1 && m == COUNT(means)) {
		puts("usage: give nothing, or one of: idle, move, reclaim, offline");
		return 2;
	}
	if (init)
		begin_as_init();
	verdict = watch(!init && argc > 1 ? argv[1] : NULL);
	if (init) {
		printf("exit %d\n", verdict);
		sync();
		reboot(RB_POWER_OFF);
	}
	return verdict;
}
