#pragma once
// spl.txt: what a PTDaemon logged of a power analyser, one line a second.

#include <string>
#include <vector>

#include "ridgeline/mlperf_log.h"
#include "ridgeline/result.h"

namespace ridgeline::formats {

struct PowerLog {
  WallPower power;
  std::vector<std::string> damage;
};
/// Averages the readings above 0 W that lie strictly between the two times, as MLPerf's checker does. Times
/// are "MM-DD-YYYY HH:MM:SS.mmm". Bad input: a window that is not one, or a file without a reading.
Result<PowerLog> read_power_log(const std::string& path, const std::string& begin, const std::string& end);

}  // namespace ridgeline::formats
