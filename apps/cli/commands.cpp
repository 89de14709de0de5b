#include "app.h"
#include "study_saving.h"

const std::vector<ridgeline::cli::CommandEntry>& ridgeline::cli::commands() {
  static const std::vector<CommandEntry> all{
      {"catalog", add_catalog},
      {"predict", add_predict},
      {"evaluate", add_evaluate},
      {"cost", add_cost},
      {"fleet", add_fleet},
      {"explain", add_explain},
      {"check", add_check},
      {"explore", add_explore},
      {"audit", add_audit},
      {"simulate", add_simulate},
      {"tail", add_tail},
      {"train", add_train},
      {"lab", add_lab},
#ifdef RIDGELINE_LIVE
      {"probe", add_probe},
      {"bench", add_bench},
      {"serve-sim", add_serve_sim},
      {"run", add_run},
      {"runs", add_runs},
      {"studies", add_studies},
      {"calibrate", add_calibrate},
      {"validate", add_validate},
      {"doctor", add_doctor},
#endif
      {"verify-loadgen", add_verify_loadgen},
      {"audit-log", add_audit_log},
      {"import-run", add_import_run},
      {"report", add_report},
      {"reproduce", add_reproduce},
      {"completion", add_completion},
      {"man", add_man},
  };
  return all;
}
