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
