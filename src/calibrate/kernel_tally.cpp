#include "calibrate/kernel_tally.h"

#include "calibrate/kernel_rows.h"

namespace ridgeline::calibrate {

void KernelTally::add(KernelFileErrors file, const std::vector<double>& log_ratios) {
  file.rows = log_ratios.size();
  file.errors = summarise(log_ratios);
  auto& all = log_ratios_[static_cast<std::size_t>(file.op)];
  all.insert(all.end(), log_ratios.begin(), log_ratios.end());
  files_.push_back(std::move(file));
}

KernelValidation KernelTally::validation() const {
  KernelValidation result;
  result.files = files_;
  for (std::size_t i = 0; i < kernel_ops; ++i) {
    KernelOpErrors op{static_cast<KernelOp>(i), 0, log_ratios_[i].size(), 0, 0, summarise(log_ratios_[i])};
    for (const KernelFileErrors& file : files_) {
      if (file.op != op.op) continue;
      ++op.files;
      op.suspect += file.suspect;
      op.unanswered += file.unanswered;
    }
    if (op.files > 0) result.ops.push_back(op);
  }
  return result;
}

}  // namespace ridgeline::calibrate
