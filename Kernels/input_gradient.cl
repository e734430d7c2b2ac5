// Gradient by the input of a layer, summed over its parameter sets.
//
//   dx_p = sum_s sum_y W_s,y^T da_s,y
//
//   rows_of_sites [sites, S]              in, -1 where a ragged sample has no site; identity for a dense layer
//   weight_ih    [S, G*H, I]              in, at its offset in the buffer of all parameters
//   da           [.., stride, HP]         in, of each row the first `gates` vectors; `zero_row` is a row of zeros in it
//   dx           [sites, I]               out
//
// V divides I here. ND-range: I/V * ceil(sites / ROWS) work-items, the block of inputs fastest.
// Sums run over sets, gates and hidden units in order.
// Host: MDLSTMOpenCL/Recurrent/InputGradient.swift. Test: LayerParityTests, OperationParityTests.

#ifdef LINT
#include "common.cl"
#endif

#ifndef ROWS
#define ROWS 8
#endif

KERNEL void input_gradient(const int sites, const int sets, const int input_size, const int hidden_size,
                           const int padded_size, const int gates, const int stride, const int zero_row,
                           const int weight_ih, const __global int *restrict rows_of_sites,
                           const __global real *restrict parameters, const __global real *restrict da,
                           __global real *restrict dx) {
  const int blocks = input_size / V;
  const int item = (int)get_global_id(0);
  const int block = item % blocks;
  const int start = item / blocks * ROWS;
  if (start >= sites) return;

  vec sum[ROWS];
#pragma unroll
  for (int r = 0; r < ROWS; r++) sum[r] = (vec)0;
  for (int set = 0; set < sets; set++) {
    const __global real *source[ROWS];
#pragma unroll
    for (int r = 0; r < ROWS; r++) {
      const int row = rows_of_sites[at(min(start + r, sites - 1), sets) + set];
      source[r] = da + at(row < 0 ? zero_row : row, stride * padded_size);
    }
    const __global real *w = parameters + weight_ih + at(set * gates * hidden_size, input_size) + block * V;
    for (int y = 0; y < gates; y++) {
      for (int j = 0; j < hidden_size; j++, w += input_size) {
        const vec weight = LOAD(w);
#pragma unroll
        for (int r = 0; r < ROWS; r++) sum[r] += source[r][y * padded_size + j] * weight;
      }
    }
  }
#pragma unroll
  for (int r = 0; r < ROWS; r++) {
    if (start + r < sites) STORE(sum[r], dx + at(start + r, input_size) + block * V);
  }
}
