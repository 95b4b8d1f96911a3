/*
 * One function in a thread of its own, and what it said.
 */
#include <signal.h>

#include "perso/hooks.h"
#include "line_int.h"

/* The trail is the thread's own: what it says is carried over. */
static void *
work(void *arg)
{
	struct line_task *t = arg;
	uint64_t begun = perso_ticks_us();

	perso_trail_reset();
	t->rc = t->run(t->ctx);
	t->cause_count = 0;
	while (t->rc != PERSO_OK && t->cause_count < LINE_CAUSES &&
	       t->cause_count < perso_trail_count()) {
		(void)snprintf(t->cause[t->cause_count], PERSO_TRAIL_LEN, "%s",
		    perso_trail_get(t->cause_count));
		t->cause_count++;
	}
	t->us = perso_ticks_us() - begun;
	return NULL;
}

/* see line_int.h */
void
line_task_start(struct line_task *t, perso_rc (*run)(void *ctx), void *ctx)
{
	sigset_t stop, before;

	*t = (struct line_task){ .run = run, .ctx = ctx };
	sigemptyset(&stop);
	sigaddset(&stop, SIGINT);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &stop, &before);
	t->running = pthread_create(&t->thread, NULL, work, t) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!t->running)
		(void)work(t);
}

/* see line_int.h */
void
line_task_wait(struct line_task *t)
{
	if (t->running)
		(void)pthread_join(t->thread, NULL);
	t->running = false;
}

/* see line_int.h */
perso_rc
line_task_join(struct line_task *t)
{
	line_task_wait(t);
	if (t->rc == PERSO_OK)
		return PERSO_OK;
	perso_trail_reset();
	for (size_t i = 0; i < t->cause_count; i++)
		perso_trail_add("%s", t->cause[i]);
	return t->rc;
}
