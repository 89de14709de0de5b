#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <mutex>
#include <set>

#include "base/random.h"
#include "calibrate/kernel_plan.h"
#include "calibrate/kernel_rows.h"
#include "calibrate/kernel_solve.h"
#include "calibrate/kernel_tally.h"
#include "calibrate/parallel.h"
#include "ridgeline/kernel_validation.h"

namespace ridgeline {
namespace {

using calibrate::KernelGroup;
using calibrate::KernelPlan;

using Rows = std::vector<const MeasuredKernel*>;

/// What one group's fit leaves: log(predicted / measured) of its rows, in and out of sample.
struct GroupResult {
  std::vector<double> in_sample, cross_validated;
  std::string note;
};

template <class C>
C with_numbers(const KernelPlan<C>& plan, const std::vector<double>& numbers) {
  C coefficients = plan.fixed;
  for (std::size_t k = 0; k < numbers.size(); ++k) kernels::set(plan.free[k], coefficients, numbers[k]);
  return coefficients;
}

template <class Shape, class C>
bool fill_log_ratios(const Rows& rows, const Hardware& hardware, const C& coefficients,
                     std::span<double> out) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto time = kernel_time(std::get<Shape>(rows[i]->shape), hardware, coefficients, rows[i]->setting);
    if (!time) return false;
    out[i] = std::log(time->value() / rows[i]->time.value());
  }
  return true;
}

template <class Shape, class C>
calibrate::RobustFit fit_from(const KernelPlan<C>& plan, std::size_t start, const Rows& rows,
                              const Hardware& hardware, int max_iterations) {
  std::vector<calibrate::Bounded> numbers;
  for (const auto& field : plan.free) {
    const auto own = plan.starts[start].find(field.name);
    numbers.push_back({own == plan.starts[start].end() ? field.start : own->second, field.low, field.high});
  }
  return calibrate::fit_robust(
      numbers, rows.size(),
      [&](const std::vector<double>& values, std::span<double> out) {
        return fill_log_ratios<Shape>(rows, hardware, with_numbers(plan, values), out);
      },
      max_iterations);
}

/// Folds of whole groups of shapes: each number of devices of a collective, else four. Empty when there is
/// but one group.
std::vector<std::size_t> folds_of(const Rows& rows) {
  std::vector<std::string> groups;
  std::set<std::string> known;
  for (const MeasuredKernel* row : rows) {
    const std::string name = calibrate::shape_group(row->shape);
    if (known.insert(name).second) groups.push_back(name);
  }
  if (groups.size() < 2) return {};
  RandomStream random(0, "kernel folds");
  for (std::size_t i = groups.size(); i > 1; --i) std::swap(groups[i - 1], groups[random.below(i)]);
  const bool each = std::holds_alternative<CollectiveShape>(rows.front()->shape);
  const std::size_t folds = each ? groups.size() : std::min<std::size_t>(4, groups.size());
  std::map<std::string, std::size_t> fold_of;
  for (std::size_t i = 0; i < groups.size(); ++i) fold_of[groups[i]] = i % folds;
  std::vector<std::size_t> result;
  for (const MeasuredKernel* row : rows) result.push_back(fold_of[calibrate::shape_group(row->shape)]);
  return result;
}

/// Each fold predicted by a fit without it, from the plan's own start and so without a memory of what it
/// held.
template <class Shape, class C>
std::vector<double> cross_validate(const KernelPlan<C>& plan, std::size_t start, const KernelGroup& group,
                                   int max_iterations) {
  const std::vector<std::size_t> folds = folds_of(group.rows);
  std::vector<double> log_ratios;
  if (folds.empty()) return log_ratios;
  const std::size_t count = 1 + *std::max_element(folds.begin(), folds.end());
  for (std::size_t fold = 0; fold < count; ++fold) {
    Rows seen, unseen;
    for (std::size_t i = 0; i < folds.size(); ++i)
      (folds[i] == fold ? unseen : seen).push_back(group.rows[i]);
    const auto fitted = fit_from<Shape>(plan, start, seen, *group.hardware, max_iterations);
    std::vector<double> part(unseen.size());
    if (!fitted.usable ||
        !fill_log_ratios<Shape>(unseen, *group.hardware, with_numbers(plan, fitted.numbers), part)) {
      return {};
    }
    log_ratios.insert(log_ratios.end(), part.begin(), part.end());
  }
  return log_ratios;
}

template <class Shape, class C>
GroupResult fit_group(const KernelPlan<C>& plan, const KernelGroup& group, const KernelFitOptions& options,
                      MaybeFitted<C>& into) {
  GroupResult result;
  if (group.rows.size() < plan.free.size() + 1) {
    result.note = fmt::format("{}: {} rows cannot determine {} coefficients", group.table->path,
                              group.rows.size(), plan.free.size());
    return result;
  }
  calibrate::RobustFit best;
  std::size_t best_start = 0;
  for (std::size_t start = 0; start < plan.starts.size(); ++start) {
    auto fitted = fit_from<Shape>(plan, start, group.rows, *group.hardware, options.max_iterations);
    if (!fitted.usable || (best.usable && fitted.cost >= best.cost)) continue;
    best = std::move(fitted);
    best_start = start;
  }
  if (!best.usable) {
    result.note = fmt::format("{}: the fit found no usable coefficients", group.table->path);
    return result;
  }
  FittedKernel<C> fitted;
  fitted.value = with_numbers(plan, best.numbers);
  for (const auto& field : kernels::fields<C>()) kernels::set(field, fitted.error, 0);
  for (std::size_t k = 0; k < plan.free.size(); ++k) kernels::set(plan.free[k], fitted.error, best.errors[k]);
  fitted.rows = group.rows.size();
  fitted.suspect = group.suspect;
  result.in_sample.resize(group.rows.size());
  fill_log_ratios<Shape>(group.rows, *group.hardware, fitted.value, result.in_sample);
  fitted.in_sample = calibrate::summarise(result.in_sample);
  if (options.cross_validate) {
    result.cross_validated = cross_validate<Shape>(plan, best_start, group, options.max_iterations);
    if (!result.cross_validated.empty())
      fitted.cross_validated = calibrate::summarise(result.cross_validated);
  }
  into = std::move(fitted);
  return result;
}

/// Fits the group and puts its coefficients where they belong.
GroupResult fit_into(KernelCalibration& c, const KernelGroup& group, const KernelFitOptions& options) {
  const std::size_t part = calibrate::part_of(group.rows.front()->shape);
  switch (group.table->op) {
    case KernelOp::gemm:
      return fit_group<GemmShape>(calibrate::plan_gemm(group), group, options, c.gemm[part]);
    case KernelOp::context_attention:
      return fit_group<ContextAttention>(calibrate::plan_context(group), group, options, c.context_attention);
    case KernelOp::generation_attention:
      return fit_group<GenerationAttention>(calibrate::plan_generation(group), group, options,
                                            c.generation_attention);
    case KernelOp::collective:
      return fit_group<CollectiveShape>(calibrate::plan_collective(group), group, options,
                                        c.collectives[part]);
    case KernelOp::moe:
      return fit_group<MoeShape>(calibrate::plan_moe(group), group, options, c.moe[part]);
  }
  return {};
}

Result<std::vector<KernelGroup>> groups_of(const KernelTable& table, const Hardware& hardware) {
  std::map<std::size_t, KernelGroup> parts;
  for (const MeasuredKernel& row : table.rows) {
    KernelGroup& group = parts[calibrate::part_of(row.shape)];
    group.table = &table;
    group.hardware = &hardware;
    RIDGELINE_TRY(suspect, calibrate::beats_roofline(row, hardware));
    if (suspect) {
      ++group.suspect;
    } else {
      group.rows.push_back(&row);
    }
  }
  std::vector<KernelGroup> groups;
  for (auto& [part, group] : parts) {
    if (!group.rows.empty()) groups.push_back(std::move(group));
  }
  return groups;
}

Status check_once(const std::vector<KernelTable>& tables) {
  for (auto table = tables.begin(); table != tables.end(); ++table) {
    for (auto other = tables.begin(); other != table; ++other) {
      if (other->hardware == table->hardware && other->stack == table->stack && other->op == table->op) {
        return bad_input(fmt::format("{} and {} are of one operation of {} on {}; fit one of them",
                                     other->path, table->path, table->stack, table->hardware));
      }
    }
  }
  return Status::success();
}

/// The calibration of a stack on a device, started when it is the first of its files.
KernelCalibration& calibration_of(const KernelTable& table, const KernelFitOptions& options,
                                  std::map<std::string, KernelCalibration>& all) {
  KernelCalibration& c = all[table.hardware + " " + table.stack];
  c.hardware = table.hardware;
  c.stack = table.stack;
  c.source = options.source;
  c.date = options.date;
  if (c.version.find(table.version) == std::string::npos) {
    c.version += (c.version.empty() ? "" : ", ") + table.version;
  }
  return c;
}

std::vector<double> joined(const std::vector<GroupResult>& results, const std::vector<KernelGroup>& groups,
                           const KernelTable& table, std::vector<double> GroupResult::* which) {
  std::vector<double> all;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    if (groups[g].table != &table) continue;
    const std::vector<double>& part = results[g].*which;
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

KernelFileErrors file_of(const KernelTable& table, const std::vector<KernelGroup>& groups) {
  KernelFileErrors file{table.path, table.hardware, table.stack, table.op};
  for (const KernelGroup& group : groups) {
    if (group.table == &table) file.suspect += group.suspect;
  }
  return file;
}

}  // namespace

Result<KernelFit> fit_kernels(const std::vector<std::string>& paths, const Catalog& catalog,
                              const KernelFitOptions& options) {
  std::vector<KernelTable> tables;
  tables.reserve(paths.size());  // groups point into it
  std::vector<KernelGroup> groups;
  std::map<std::string, KernelCalibration> calibrations;
  std::vector<KernelCalibration*> targets;
  for (const std::string& path : paths) {
    RIDGELINE_TRY(table, read_kernel_table(path, catalog));
    tables.push_back(std::move(table));
    RIDGELINE_CHECK(check_once(tables));
    RIDGELINE_TRY(hardware, catalog.hardware(tables.back().hardware));
    RIDGELINE_TRY(parts, groups_of(tables.back(), *hardware));
    for (KernelGroup& group : parts) {
      groups.push_back(std::move(group));
      targets.push_back(&calibration_of(tables.back(), options, calibrations));
    }
  }
  std::vector<GroupResult> results(groups.size());
  std::mutex reporting;
  calibrate::for_each_index(groups.size(), 2, [&](std::size_t g) {
    results[g] = fit_into(*targets[g], groups[g], options);
    if (!options.progress) return;
    const std::lock_guard lock(reporting);
    options.progress(fmt::format("{}: {} rows, median error {:.1f} %", groups[g].table->path,
                                 groups[g].rows.size(), calibrate::summarise(results[g].in_sample).median));
  });

  KernelFit fit;
  calibrate::KernelTally in_sample, unseen;
  for (const KernelTable& table : tables) {
    in_sample.add(file_of(table, groups), joined(results, groups, table, &GroupResult::in_sample));
    if (options.cross_validate)
      unseen.add(file_of(table, groups), joined(results, groups, table, &GroupResult::cross_validated));
  }
  fit.in_sample = in_sample.validation();
  fit.cross_validated = unseen.validation();
  fit.cross_validated.cross_validated = options.cross_validate;
  for (const GroupResult& result : results) {
    if (!result.note.empty()) fit.notes.push_back(result.note);
  }
  for (auto& [key, calibration] : calibrations) RIDGELINE_CHECK(fit.calibrations.add(std::move(calibration)));
  return fit;
}

}  // namespace ridgeline
