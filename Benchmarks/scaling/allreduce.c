// MPI_Allreduce of so many numbers of 4 bytes, timed as `mdlstm exchange` times its sum: allreduce NUMBERS ROUNDS
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

static int ascending(const void *a, const void *b) {
  double left = *(const double *)a, right = *(const double *)b;
  return (left > right) - (left < right);
}

int main(int count, char **arguments) {
  MPI_Init(&count, &arguments);
  if (count != 3) return 64;
  int numbers = atoi(arguments[1]), rounds = atoi(arguments[2]), rank, size;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  float *own = malloc((size_t)numbers * sizeof *own), *sum = malloc((size_t)numbers * sizeof *sum);
  double *times = malloc(((size_t)rounds + 1) * sizeof *times);
  if (own == NULL || sum == NULL || times == NULL) return 70;
  for (int index = 0; index < numbers; index++) own[index] = (float)(index % 1009 + rank);
  // The first makes the connections and does not count.
  for (int round = 0; round <= rounds; round++) {
    MPI_Barrier(MPI_COMM_WORLD);
    double begin = MPI_Wtime();
    MPI_Allreduce(own, sum, numbers, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD);
    double time = 1e3 * (MPI_Wtime() - begin);
    MPI_Allreduce(&time, &times[round], 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
    for (int index = 0; index < numbers; index++) {
      if (sum[index] != (float)(size * (index % 1009) + size * (size - 1) / 2)) MPI_Abort(MPI_COMM_WORLD, 1);
    }
  }
  qsort(times + 1, (size_t)rounds, sizeof *times, ascending);
  double median = (times[1 + (rounds - 1) / 2] + times[1 + rounds / 2]) / 2;
  if (rank == 0) {
    printf("{\"ranks\": %d, \"bytes\": %d, \"rounds\": %d, \"minimumMilliseconds\": %.3f, \"medianMilliseconds\": %.3f}\n", size,
           4 * numbers, rounds, times[1], median);
  }
  return MPI_Finalize();
}
