// Compiled by the trait MPI alone; without it the file is empty and nothing is linked.
#include "mpi_shim.h"

#ifdef MDLSTM_MPI

#include <mpi.h>
#include <stdlib.h>
#include <string.h>

struct mpi_shim_transfers {
  // A structure has a member before an array without a length.
  int is_made;
  MPI_Request requests[];
};

int mpi_shim_start(int *rank, int *size, int *local_rank, int *local_size, int *lowest) {
  int granted = 0;
  int code = MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &granted);
  if (code != MPI_SUCCESS) return code;
  // Codes come back instead of ending the process.
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  if (granted < MPI_THREAD_SERIALIZED) return MPI_ERR_OTHER;
  if ((code = MPI_Comm_rank(MPI_COMM_WORLD, rank)) != MPI_SUCCESS) return code;
  if ((code = MPI_Comm_size(MPI_COMM_WORLD, size)) != MPI_SUCCESS) return code;
  MPI_Comm host;
  code = MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, *rank, MPI_INFO_NULL, &host);
  if (code != MPI_SUCCESS) return code;
  if ((code = MPI_Comm_rank(host, local_rank)) != MPI_SUCCESS) return code;
  if ((code = MPI_Comm_size(host, local_size)) != MPI_SUCCESS) return code;
  if ((code = MPI_Allreduce(rank, lowest, 1, MPI_INT, MPI_MIN, host)) != MPI_SUCCESS) return code;
  return MPI_Comm_free(&host);
}

int mpi_shim_end(void) {
  int begun = 0, ended = 0;
  MPI_Initialized(&begun);
  MPI_Finalized(&ended);
  return begun && !ended ? MPI_Finalize() : 0;
}

void mpi_shim_version(char *text, size_t length) {
  char whole[MPI_MAX_LIBRARY_VERSION_STRING];
  int count = 0;
  if (MPI_Get_library_version(whole, &count) != MPI_SUCCESS) count = 0;
  size_t end = 0;
  // "Open MPI v4.1.4, package: .." and "MPICH Version:\t4.0.2\n..": what follows is of its build.
  while (end + 1 < length && end < (size_t)count && whole[end] != ',' && whole[end] != '\n' && whole[end] != 0) {
    text[end] = whole[end] == '\t' ? ' ' : whole[end];
    end++;
  }
  text[end] = 0;
}

void mpi_shim_message(int code, char *text, size_t length) {
  char whole[MPI_MAX_ERROR_STRING];
  int count = 0;
  if (MPI_Error_string(code, whole, &count) != MPI_SUCCESS) strcpy(whole, "unknown error");
  strncpy(text, whole, length - 1);
  text[length - 1] = 0;
}

mpi_shim_transfers *mpi_shim_make(int count) {
  mpi_shim_transfers *made = malloc(sizeof *made + (size_t)count * sizeof(MPI_Request));
  if (made == NULL) return NULL;
  made->is_made = 1;
  for (int index = 0; index < count; index++) made->requests[index] = MPI_REQUEST_NULL;
  return made;
}

void mpi_shim_free(mpi_shim_transfers *transfers) { free(transfers); }

int mpi_shim_send(mpi_shim_transfers *transfers, int index, const void *bytes, int count, int to) {
  return MPI_Isend(bytes, count, MPI_BYTE, to, 0, MPI_COMM_WORLD, &transfers->requests[index]);
}

int mpi_shim_receive(mpi_shim_transfers *transfers, int index, void *bytes, int count, int from) {
  return MPI_Irecv(bytes, count, MPI_BYTE, from, 0, MPI_COMM_WORLD, &transfers->requests[index]);
}

int mpi_shim_is_truncation(int code) {
  int kind = MPI_SUCCESS;
  return MPI_Error_class(code, &kind) == MPI_SUCCESS && kind == MPI_ERR_TRUNCATE;
}

int mpi_shim_test(mpi_shim_transfers *transfers, int index, int *is_done, int *count) {
  MPI_Status status;
  *count = 0;
  int code = MPI_Test(&transfers->requests[index], is_done, &status);
  if (code != MPI_SUCCESS || !*is_done) return code;
  return MPI_Get_count(&status, MPI_BYTE, count);
}

#endif
