#ifndef RIDGELINE_SUT_ABI_H
#define RIDGELINE_SUT_ABI_H
/* A system under test in a shared library, which `ridgeline bench ./libmine.so` loads: C99, nothing else
 * needed. docs/sut-abi.md explains, examples/sut/batcher.c is a whole one. Only the functions declared at the
 * end are looked for, all of them, by these names. No exception may leave them. */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Libraries of another version are refused. */
#define RIDGELINE_SUT_ABI_VERSION 1

#if defined(__GNUC__)
#define RIDGELINE_SUT_EXPORT __attribute__((visibility("default")))
#else
#define RIDGELINE_SUT_EXPORT
#endif

/* Valid until issue() returns. */
typedef struct ridgeline_sut_query {
  uint64_t id;
  uint32_t samples; /* at least 1 */
  /* Token lengths, one for each sample; NULL where the scenario leaves them to the system. */
  const uint32_t* input_tokens;
  const uint32_t* output_tokens;
} ridgeline_sut_query;

/* Where the system reports, from any thread, also from within issue(). Keep the pointer with the query: it
 * may be another for the next one. It is valid until ridgeline_sut_destroy() returns. Time is taken at the
 * call. */
typedef struct ridgeline_sut_sink {
  void* context; /* first argument of the functions below */
  /* Optional: the first token of every sample of the query exists. */
  void (*first_token)(void* context, uint64_t query);
  /* Optional: an answer went on, so long after its token before. */
  void (*token_gap)(void* context, uint64_t nanoseconds);
  /* `samples` more samples of the query are done, having produced `tokens` tokens in all (0: no tokens). */
  void (*complete)(void* context, uint64_t query, uint32_t samples, uint32_t tokens);
  /* `samples` more samples of the query will have no answer; `kind` says why and is counted: "timeout". */
  void (*fail)(void* context, uint64_t query, uint32_t samples, const char* kind);
} ridgeline_sut_sink;

typedef struct ridgeline_sut ridgeline_sut; /* the library's own */

/* RIDGELINE_SUT_ABI_VERSION. */
RIDGELINE_SUT_EXPORT uint32_t ridgeline_sut_abi_version(void);
/* `options` is the text of --system-options, "" when there was none. Returns when the system can take
 * queries. NULL: it cannot, and `error`, of `error_size` bytes, says why in one line that ends with a zero.
 */
RIDGELINE_SUT_EXPORT ridgeline_sut* ridgeline_sut_create(const char* options, char* error, size_t error_size);
/* Ends all threads of the system; no call of a sink comes after. */
RIDGELINE_SUT_EXPORT void ridgeline_sut_destroy(ridgeline_sut*);
/* Stays in runs that are kept: "resnet-50 on my runtime 1.2". Valid until destroy. */
RIDGELINE_SUT_EXPORT const char* ridgeline_sut_name(ridgeline_sut*);
/* Takes a query and returns at once; never called by two threads at a time, nor while flush() runs. */
RIDGELINE_SUT_EXPORT void ridgeline_sut_issue(ridgeline_sut*, const ridgeline_sut_query*,
                                              const ridgeline_sut_sink*);
/* No more queries of this run will come: what waits for a fuller batch must go. Another run may follow. */
RIDGELINE_SUT_EXPORT void ridgeline_sut_flush(ridgeline_sut*);

#ifdef __cplusplus
}
#endif

#endif
