#pragma once
// From options to a connection whose tables are those of this version.

#include "ridgeline/store.h"
#include "store/sqlite.h"

namespace ridgeline::store {

/// Errors: those of RunStore::open().
Result<Connection> open(const StoreOptions&);

}  // namespace ridgeline::store
