/*
 * How long a command takes: link, processor, memory programming.
 */
#include "sim_int.h"

#include <errno.h>
#include <time.h>

/* see sim_int.h */
void
sim_delay(const struct perso_sim *s, size_t bytes)
{
	uint64_t us = s->speed.us_per_command;
	struct timespec t;

	us += (uint64_t)s->pages * s->speed.us_per_write_page;
	if (s->speed.bits_per_second > 0)
		us += (uint64_t)bytes * 8 * 1000000 / s->speed.bits_per_second;
	if (us == 0)
		return;
	t.tv_sec = (time_t)(us / 1000000);
	t.tv_nsec = (long)(us % 1000000) * 1000;
	while (nanosleep(&t, &t) != 0 && errno == EINTR)
		;
}

/* see perso/sim.h */
void
perso_sim_speed(struct perso_sim *s, struct perso_sim_speed speed)
{
	s->speed = speed;
}
