/* Completes each query within issue(): with its tokens where it has lengths, and fails it where the options
 * are "fail". Compiled as strict C99, so the header is that too. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ridgeline/sut_abi.h"

#ifndef ABI_VERSION
#define ABI_VERSION RIDGELINE_SUT_ABI_VERSION
#endif

struct ridgeline_sut {
  int fails;
  char name[64];
};

uint32_t ridgeline_sut_abi_version(void) { return ABI_VERSION; }

ridgeline_sut* ridgeline_sut_create(const char* options, char* error, size_t error_size) {
  ridgeline_sut* sut = NULL;
  if (strcmp(options, "refuse") == 0) {
    snprintf(error, error_size, "not today");
    return NULL;
  }
  if (strcmp(options, "silent") == 0) return NULL;
  sut = calloc(1, sizeof *sut);
  if (sut == NULL) return NULL;
  sut->fails = strcmp(options, "fail") == 0;
  snprintf(sut->name, sizeof sut->name, "echo of '%s'", options);
  return sut;
}

void ridgeline_sut_destroy(ridgeline_sut* sut) { free(sut); }
const char* ridgeline_sut_name(ridgeline_sut* sut) { return sut->name; }

void ridgeline_sut_issue(ridgeline_sut* sut, const ridgeline_sut_query* query,
                         const ridgeline_sut_sink* sink) {
  uint32_t i, tokens = 0;
  if (sut->fails) {
    sink->fail(sink->context, query->id, query->samples, "as asked");
    return;
  }
  if (query->input_tokens != NULL && query->output_tokens != NULL) {
    sink->first_token(sink->context, query->id);
    sink->token_gap(sink->context, query->input_tokens[query->samples - 1]);
    for (i = 0; i < query->samples; ++i) tokens += query->output_tokens[i];
  }
  sink->complete(sink->context, query->id, query->samples, tokens);
}

#ifndef NO_FLUSH
void ridgeline_sut_flush(ridgeline_sut* sut) { (void)sut; }
#endif
