#include "media/beside.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

struct task {
	void (*work)(void *);
	void *arg;
};

struct beside {
	pthread_t thread;
	bool alone; /* there is no thread */
	pthread_mutex_t lock;
	pthread_cond_t given, done;
	struct task task[BESIDE_TASKS]; /* a ring */
	unsigned first, n;              /* the first is being done */
	bool ends;
};

static void
must(int error)
{
	assert(error == 0);
	(void)error;
}

static void *
run(void *arg)
{
	struct beside *b = arg;

	must(pthread_mutex_lock(&b->lock));
	while (b->n > 0 || !b->ends) {
		const struct task *t = &b->task[b->first];

		if (b->n == 0) {
			must(pthread_cond_wait(&b->given, &b->lock));
			continue;
		}
		must(pthread_mutex_unlock(&b->lock));
		t->work(t->arg);
		must(pthread_mutex_lock(&b->lock));
		b->first = (b->first + 1) % BESIDE_TASKS;
		b->n--;
		must(pthread_cond_signal(&b->done));
	}
	must(pthread_mutex_unlock(&b->lock));
	return NULL;
}

struct beside *
beside_new(void)
{
	struct beside *b = calloc(1, sizeof(*b));

	if (b == NULL)
		abort();
	must(pthread_mutex_init(&b->lock, NULL));
	must(pthread_cond_init(&b->given, NULL));
	must(pthread_cond_init(&b->done, NULL));
	b->alone = pthread_create(&b->thread, NULL, run, b) != 0;
	return b;
}

void
beside_free(struct beside *b)
{
	if (b == NULL)
		return;
	if (!b->alone) {
		must(pthread_mutex_lock(&b->lock));
		b->ends = true;
		must(pthread_cond_signal(&b->given));
		must(pthread_mutex_unlock(&b->lock));
		must(pthread_join(b->thread, NULL));
	}
	must(pthread_cond_destroy(&b->done));
	must(pthread_cond_destroy(&b->given));
	must(pthread_mutex_destroy(&b->lock));
	free(b);
}

/* The lock is held. */
static void
until_at_most(struct beside *b, unsigned n)
{
	while (b->n > n)
		must(pthread_cond_wait(&b->done, &b->lock));
}

void
beside_do(struct beside *b, void (*work)(void *), void *arg)
{
	if (b == NULL || b->alone) {
		work(arg);
		return;
	}
	must(pthread_mutex_lock(&b->lock));
	until_at_most(b, BESIDE_TASKS - 1);
	b->task[(b->first + b->n) % BESIDE_TASKS] = (struct task){work, arg};
	b->n++;
	must(pthread_cond_signal(&b->given));
	must(pthread_mutex_unlock(&b->lock));
}

void
beside_wait(struct beside *b)
{
	if (b == NULL || b->alone)
		return;
	must(pthread_mutex_lock(&b->lock));
	until_at_most(b, 0);
	must(pthread_mutex_unlock(&b->lock));
}
