// MPI without its macros and handles, which differ from one MPI to another: Swift sees numbers and pointers alone.
//
// Functions return 0, or a code that `mpi_shim_message` explains. All calls are made by one thread at a time.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// Begins MPI and says who this rank is, also among the ranks of its host, and the lowest of these; once in a process.
int mpi_shim_start(int *rank, int *size, int *local_rank, int *local_size, int *lowest);

/// Ends MPI, if it has begun and not ended.
int mpi_shim_end(void);

/// The name and version of the library, in one line, at most `length` bytes with the last 0.
void mpi_shim_version(char *text, size_t length);

/// What a code means, at most `length` bytes with the last 0.
void mpi_shim_message(int code, char *text, size_t length);

/// Transfers that have begun.
typedef struct mpi_shim_transfers mpi_shim_transfers;

/// Room for `count` transfers; NULL when there is no memory.
mpi_shim_transfers *mpi_shim_make(int count);

/// Frees the room. Transfers that have not ended keep their memory in use: end the process instead.
void mpi_shim_free(mpi_shim_transfers *transfers);

/// Begins to send `count` bytes, at most INT_MAX, which stay as they are until transfer `index` has ended.
int mpi_shim_send(mpi_shim_transfers *transfers, int index, const void *bytes, int count, int to);

/// Begins to receive at most `count` bytes, at most INT_MAX.
int mpi_shim_receive(mpi_shim_transfers *transfers, int index, void *bytes, int count, int from);

/// Whether a code says that more was sent than was to be received.
int mpi_shim_is_truncation(int code);

/// Whether a transfer has ended, and how many bytes it has received; goes on with all.
int mpi_shim_test(mpi_shim_transfers *transfers, int index, int *is_done, int *count);
