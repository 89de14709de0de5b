#include <dlfcn.h>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

#include "cluster/mpi_module.h"
#include "ridgeline/cluster.h"

namespace ridgeline {
namespace {

struct MpiModule {
  decltype(&ridgeline_mpi_open) open = nullptr;
  decltype(&ridgeline_mpi_send) send = nullptr;
  decltype(&ridgeline_mpi_receive) receive = nullptr;
  decltype(&ridgeline_mpi_close) close = nullptr;
};

class MpiTransport final : public Transport {
 public:
  MpiTransport(const MpiModule& module, int rank, int size) : module_(module), rank_(rank), size_(size) {}
  ~MpiTransport() override { finish(false); }
  int rank() const override { return rank_; }
  int size() const override { return size_; }
  void send(int to, std::string_view message) override { module_.send(to, message.data(), message.size()); }
  std::optional<std::pair<int, std::string>> receive() override {
    int from = 0;
    const char* bytes = nullptr;
    std::size_t size = 0;
    if (module_.receive(&from, &bytes, &size) == 0) return std::nullopt;
    return std::pair{from, std::string(bytes, size)};
  }
  void finish(bool together) override {
    if (!finished_) module_.close(together ? 1 : 0);
    finished_ = true;
  }

 private:
  MpiModule module_;
  int rank_, size_;
  bool finished_ = false;
};

template <class F>
bool find(void* library, const char* name, F& function) {
  function = reinterpret_cast<F>(dlsym(library, name));
  return function != nullptr;
}

std::string module_file(const std::string& program_folder) {
  if (const char* given = std::getenv("RIDGELINE_MPI"); given != nullptr && *given != 0) return given;
  constexpr const char* name = "ridgeline_mpi.so";
  const std::filesystem::path beside = std::filesystem::path(program_folder) / name;
  std::error_code ignored;
  if (std::filesystem::exists(beside, ignored)) return beside;
  return (std::filesystem::path(program_folder) / ".." / "lib" / "ridgeline" / name).lexically_normal();
}

}  // namespace

std::optional<int> mpi_rank() {
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK"}) {
    if (const char* rank = std::getenv(name); rank != nullptr) return std::atoi(rank);
  }
  return std::nullopt;
}

Result<std::string> find_mpi_module(const std::string& program_folder) {
  const std::string file = module_file(program_folder);
  // Stays loaded: MPI's libraries are not made to be unloaded.
  if (dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL) != nullptr) return file;
  const char* why = dlerror();
  return unavailable(why != nullptr ? why : file + ": cannot be loaded");
}

Result<std::unique_ptr<Transport>> open_mpi(const std::string& program_folder) {
  const std::string file = module_file(program_folder);
  // Global: Open MPI's own plug-ins look for its symbols.
  void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_GLOBAL);
  MpiModule module;
  if (library == nullptr || !find(library, "ridgeline_mpi_open", module.open) ||
      !find(library, "ridgeline_mpi_send", module.send) ||
      !find(library, "ridgeline_mpi_receive", module.receive) ||
      !find(library, "ridgeline_mpi_close", module.close)) {
    const char* why = dlerror();
    return unavailable(
        fmt::format("started by mpirun, but the module for it can't be loaded ({}); install "
                    "libopenmpi-dev and build again, or run without mpirun",
                    why != nullptr ? why : file));
  }
  int rank = 0, size = 1;
  if (const int code = module.open(&rank, &size); code != 0)
    return unavailable(fmt::format("MPI can't start here (MPI error {})", code));
  return std::unique_ptr<Transport>(new MpiTransport(module, rank, size));
}

}  // namespace ridgeline
