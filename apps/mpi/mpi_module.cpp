// Messages over MPI, none of which waits. The one file that knows MPI; loaded by src/cluster/open_mpi.cpp.

#include "cluster/mpi_module.h"

#include <mpi.h>

#include <chrono>
#include <list>
#include <string>
#include <thread>
#include <utility>

namespace {

struct Transfer {
  std::string bytes;
  MPI_Request request = MPI_REQUEST_NULL;
  int peer = 0;
  bool is_done() {
    int done = 0;
    // What fails is lost with whoever it was for or from.
    return MPI_Test(&request, &done, MPI_STATUS_IGNORE) != MPI_SUCCESS || done != 0;
  }
};
std::list<Transfer> sending, receiving;
std::string received;

/// Starts to receive what has arrived: one that dies halfway then holds nobody up.
void accept_arrivals() {
  for (;;) {
    int arrived = 0, size = 0;
    MPI_Message message = MPI_MESSAGE_NULL;
    MPI_Status status;
    if (MPI_Improbe(MPI_ANY_SOURCE, 0, MPI_COMM_WORLD, &arrived, &message, &status) != MPI_SUCCESS) return;
    if (arrived == 0 || MPI_Get_count(&status, MPI_BYTE, &size) != MPI_SUCCESS) return;
    Transfer& transfer = receiving.emplace_back();
    transfer.peer = status.MPI_SOURCE;
    transfer.bytes.resize(static_cast<std::size_t>(size));
    if (MPI_Imrecv(transfer.bytes.data(), size, MPI_BYTE, &message, &transfer.request) != MPI_SUCCESS)
      receiving.pop_back();
  }
}

}  // namespace

int ridgeline_mpi_open(int* rank, int* size) {
  int provided = 0;
  if (const int code = MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided); code != MPI_SUCCESS)
    return code;
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  MPI_Comm_rank(MPI_COMM_WORLD, rank);
  MPI_Comm_size(MPI_COMM_WORLD, size);
  return 0;
}

void ridgeline_mpi_send(int to, const char* bytes, std::size_t size) {
  sending.remove_if([](Transfer& t) { return t.is_done(); });
  Transfer& transfer = sending.emplace_back();
  transfer.bytes.assign(bytes, size);
  transfer.peer = to;
  if (MPI_Isend(transfer.bytes.data(), static_cast<int>(size), MPI_BYTE, to, 0, MPI_COMM_WORLD,
                &transfer.request) != MPI_SUCCESS)
    sending.pop_back();
}

int ridgeline_mpi_receive(int* from, const char** bytes, std::size_t* size) {
  accept_arrivals();
  for (auto at = receiving.begin(); at != receiving.end(); ++at) {
    if (!at->is_done()) continue;
    *from = at->peer;
    received = std::move(at->bytes);
    receiving.erase(at);
    *bytes = received.data();
    *size = received.size();
    return 1;
  }
  return 0;
}

void ridgeline_mpi_close(int together) {
  if (together == 0) return;
  // Nobody may leave with messages from it or to it on the way. One that dies now is not waited for forever.
  const auto patience = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  MPI_Request all_sent = MPI_REQUEST_NULL;
  int done = 0;
  while (done == 0) {
    accept_arrivals();
    receiving.remove_if([](Transfer& t) { return t.is_done(); });
    sending.remove_if([](Transfer& t) { return t.is_done(); });
    if (all_sent != MPI_REQUEST_NULL) {
      MPI_Test(&all_sent, &done, MPI_STATUS_IGNORE);
    } else if (sending.empty()) {
      MPI_Ibarrier(MPI_COMM_WORLD, &all_sent);
    }
    if (std::chrono::steady_clock::now() > patience) return;
    if (done == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  accept_arrivals();
  for (Transfer& t : receiving) MPI_Wait(&t.request, MPI_STATUS_IGNORE);
  receiving.clear();
  MPI_Finalize();
}
