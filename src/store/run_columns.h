#pragma once
// The millions of times in a run, column by column, as differences from what is known already.

#include "ridgeline/scenario.h"
#include "store/bytes.h"

namespace ridgeline::store {

void write_columns(ByteWriter&, const Run&);
/// Fails the reader on counts beyond 2^31 and figures that do not fit.
void read_columns(ByteReader&, Run&);

}  // namespace ridgeline::store
