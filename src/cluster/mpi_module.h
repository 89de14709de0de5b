#pragma once
// What the module that links MPI exports: apps/mpi/. Plain C, so that it has nothing else of the program in
// it.

#include <cstddef>

extern "C" {
/// 0, or an error code of MPI.
int ridgeline_mpi_open(int* rank, int* size);
void ridgeline_mpi_send(int to, const char* bytes, std::size_t size);
/// Whether there was a message; its bytes stay until the next call.
int ridgeline_mpi_receive(int* from, const char** bytes, std::size_t* size);
void ridgeline_mpi_close(int together);
}
