#pragma once
// The tables of the store, and how a file of an older version gets them.

#include "ridgeline/result.h"
#include "store/sqlite.h"

namespace ridgeline::store {

/// Of the tables: SQLite's user_version of the file.
extern const std::int64_t schema_version;

/// Makes the tables in a new file and upgrades older ones, all or nothing. Unavailable: a file that another
/// program or a newer version made, which is left untouched; an older one that may not be written.
Status bring_up_to_date(const Connection&);

/// The statements that make version `to` of the one before it.
const char* migration(std::int64_t to);

}  // namespace ridgeline::store
