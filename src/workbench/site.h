#pragma once
// The static files, in memory: a request names one of them or none, so no path that a client makes up is
// opened.

#include <map>
#include <memory>
#include <string>

#include "ridgeline/result.h"

namespace ridgeline::workbench {

struct SiteFile {
  std::string type;  ///< of MIME
  std::string bytes;
  std::string gzip;  ///< the same, compressed; empty where that saves nothing
  std::string tag;   ///< of HTTP's ETag, in quotes
};

/// By path from the root, with its slash: "/index.html", and "/" for that.
using Site = std::map<std::string, std::shared_ptr<const SiteFile>>;

/// Links, hidden files and files of unknown types are left out. Errors: those of start_workbench().
Result<Site> read_site(const std::string& folder);

}  // namespace ridgeline::workbench
