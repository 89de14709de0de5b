#include "environment.h"

namespace ridgeline::cli {
namespace {

constexpr Named variables[] = {
    {"RIDGELINE_DATA", "The catalog's folder, unless --data is given; else it is found near the program."},
    {"RIDGELINE_STORE", "The file of kept runs and studies, unless --store is given."},
    {"RIDGELINE_MPI",
     "The module that `mpirun ridgeline explore` loads, ridgeline_mpi.so; else beside the program "
     "or in ../lib/ridgeline of it."},
    {"XDG_DATA_HOME",
     "Its folder ridgeline has the kept runs and the probed machine; default ~/.local/share."},
    {"XDG_CACHE_HOME", "Its folder ridgeline has what pipelines need not do again; default ~/.cache."},
    {"HOME", "Where these two defaults are."},
    {"NO_COLOR", "Set to anything: no colour, unless --color always."},
    {"TERM", "dumb: no colour, unless --color always."},
    {"LC_ALL",
     "Output is UTF-8 whatever the locale says; `ridgeline doctor` tells where a terminal would not show "
     "it."},
    {"GITHUB_STEP_SUMMARY", "check --format github: the file that the page is added to."},
    {"OMPI_COMM_WORLD_RANK", "explore: set by mpirun; this process is one of several."},
    {"PMIX_RANK", "The same, as srun sets it."},
    {"DISPLAY", "lab: where it and WAYLAND_DISPLAY are unset no browser is opened."},
    {"WAYLAND_DISPLAY", "The same."},
    {"http_proxy",
     "This and https_proxy, HTTPS_PROXY, all_proxy and ALL_PROXY are not used: servers under test are "
     "asked themselves. `ridgeline doctor` names those that are set."},
};

constexpr Named known_files[] = {
    {"../share/ridgeline",
     "Of the program's folder: the catalog with devices, models, calibrations and missions."},
    {"../share/ridgeline/workbench", "The pages of `ridgeline lab`, where they were built."},
    {"../lib/ridgeline/ridgeline_mpi.so", "The module for MPI."},
    {"$XDG_DATA_HOME/ridgeline/runs.db", "Kept runs and studies, SQLite."},
    {"$XDG_DATA_HOME/ridgeline/this-machine.yaml", "The machine as `ridgeline probe` measured it last."},
    {"$XDG_CACHE_HOME/ridgeline/stages", "Results of stages of pipelines; may be removed at any time."},
};

}  // namespace

std::span<const Named> environment() { return variables; }
std::span<const Named> files() { return known_files; }

}  // namespace ridgeline::cli
