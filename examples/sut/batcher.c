/* A system under test in a shared library: one thread that takes up to `batch` samples at a time and spends
 * `time` microseconds on each batch, where yours would compute.
 *
 *   cc -std=c99 -shared -fPIC -pthread -I include examples/sut/batcher.c -o libbatcher.so
 *   ridgeline bench ./libbatcher.so --system-options "batch=8 time=500" --scenario offline --qps 10000
 */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ridgeline/sut_abi.h"

/* Samples of one query that still wait. */
typedef struct waiting {
  uint64_t query;
  uint32_t samples;
  const ridgeline_sut_sink* sink;
  struct waiting* next;
} waiting;

struct ridgeline_sut {
  uint32_t batch, time;
  char name[80];
  pthread_t worker;
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  waiting *first, **last; /* guarded, as stop */
  int stop;
};

static void spend(uint32_t microseconds) {
  struct timespec left = {microseconds / 1000000, (long)(microseconds % 1000000) * 1000};
  while (nanosleep(&left, &left) != 0) {
  }
}

/* Takes up to a batch from the queue's head into `taken`; the last query may leave some of its samples
 * behind. */
static size_t take_batch(ridgeline_sut* sut, waiting* taken) {
  size_t count = 0;
  uint32_t room = sut->batch;
  while (room > 0 && sut->first != NULL) {
    waiting* oldest = sut->first;
    taken[count] = *oldest;
    if (taken[count].samples > room) taken[count].samples = room;
    room -= taken[count].samples;
    oldest->samples -= taken[count].samples;
    ++count;
    if (oldest->samples > 0) break;
    sut->first = oldest->next;
    if (sut->first == NULL) sut->last = &sut->first;
    free(oldest);
  }
  return count;
}

static void* work(void* argument) {
  ridgeline_sut* sut = argument;
  waiting* taken = malloc(sut->batch * sizeof *taken);
  if (taken == NULL) abort();
  pthread_mutex_lock(&sut->mutex);
  while (!sut->stop) {
    if (sut->first == NULL) {
      pthread_cond_wait(&sut->changed, &sut->mutex);
      continue;
    }
    size_t count = take_batch(sut, taken);
    pthread_mutex_unlock(&sut->mutex);
    spend(sut->time);
    for (size_t i = 0; i < count; ++i) {
      const ridgeline_sut_sink* sink = taken[i].sink;
      sink->complete(sink->context, taken[i].query, taken[i].samples, 0);
    }
    pthread_mutex_lock(&sut->mutex);
  }
  pthread_mutex_unlock(&sut->mutex);
  free(taken);
  return NULL;
}

/* "batch=8 time=500"; 0 for anything else. */
static int read_options(ridgeline_sut* sut, const char* options) {
  while (*options != 0) {
    int length = 0;
    if (sscanf(options, " batch=%u%n", &sut->batch, &length) != 1 &&
        sscanf(options, " time=%u%n", &sut->time, &length) != 1)
      return 0;
    options += length;
    if (*options != 0 && *options != ' ') return 0;
  }
  return sut->batch > 0 && sut->batch <= 65536;
}

uint32_t ridgeline_sut_abi_version(void) { return RIDGELINE_SUT_ABI_VERSION; }

ridgeline_sut* ridgeline_sut_create(const char* options, char* error, size_t error_size) {
  ridgeline_sut* sut = calloc(1, sizeof *sut);
  if (sut == NULL) {
    snprintf(error, error_size, "no memory");
    return NULL;
  }
  sut->batch = 1;
  sut->time = 1000;
  if (!read_options(sut, options)) {
    snprintf(error, error_size, "'%s' is not batch=N, 1 to 65536, and time=MICROSECONDS", options);
    free(sut);
    return NULL;
  }
  snprintf(sut->name, sizeof sut->name, "batcher, up to %u samples in %u us", sut->batch, sut->time);
  sut->last = &sut->first;
  pthread_mutex_init(&sut->mutex, NULL);
  pthread_cond_init(&sut->changed, NULL);
  if (pthread_create(&sut->worker, NULL, work, sut) != 0) {
    snprintf(error, error_size, "no thread");
    free(sut);
    return NULL;
  }
  return sut;
}

void ridgeline_sut_destroy(ridgeline_sut* sut) {
  pthread_mutex_lock(&sut->mutex);
  sut->stop = 1;
  pthread_cond_signal(&sut->changed);
  pthread_mutex_unlock(&sut->mutex);
  pthread_join(sut->worker, NULL);
  while (sut->first != NULL) {
    waiting* next = sut->first->next;
    free(sut->first);
    sut->first = next;
  }
  pthread_cond_destroy(&sut->changed);
  pthread_mutex_destroy(&sut->mutex);
  free(sut);
}

const char* ridgeline_sut_name(ridgeline_sut* sut) { return sut->name; }

void ridgeline_sut_issue(ridgeline_sut* sut, const ridgeline_sut_query* query,
                         const ridgeline_sut_sink* sink) {
  waiting* added = malloc(sizeof *added);
  if (added == NULL) {
    sink->fail(sink->context, query->id, query->samples, "no memory");
    return;
  }
  added->query = query->id;
  added->samples = query->samples;
  added->sink = sink;
  added->next = NULL;
  pthread_mutex_lock(&sut->mutex);
  *sut->last = added;
  sut->last = &added->next;
  pthread_cond_signal(&sut->changed);
  pthread_mutex_unlock(&sut->mutex);
}

/* It never waits for a fuller batch, so there is nothing to hurry. */
void ridgeline_sut_flush(ridgeline_sut* sut) { (void)sut; }
