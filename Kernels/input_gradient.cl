// Gradient by the input of each row: V inputs side by side, for layers with as many.
//
//   dx_p = sum_y W_y^T da_y
//
//   order        [S, rows]                in, the rows of each set
//   sites        [R]                      in, where a row's gradient goes; identity for a dense layer
//   da           [.., stride, HP]         in, of each row the first `gates` vectors
//   dx           [sites, I]               out, or by row [R, I] if `by_row`
//   weight_ih    [S, G*H, I]              in, at its offset in the buffer of all parameters
//
// V divides I here. ND-range: (I/V * ceil(rows / ROWS), S) work-items, the block of inputs fastest.
// Sums run over gates and hidden units in order.
// Host: MDLSTMOpenCL/Recurrent/InputGradient.swift. Test: LayerParityTests, OperationParityTests.

#ifdef LINT
#include "common.cl"
#endif

#ifndef ROWS
#define ROWS 8
#endif

KERNEL void input_gradient(const int rows, const int by_row, const int input_size, const int hidden_size,
                           const int padded_size, const int gates, const int stride, const int weight_ih,
                           const __global int *restrict order, const __global int *restrict sites,
                           const __global real *restrict parameters, const __global real *restrict da,
                           __global real *restrict dx) {
  const int blocks = input_size / V;
  const int item = (int)get_global_id(0);
  const int set = (int)get_global_id(1);
  const int block = item % blocks;
  const int start = item / blocks * ROWS;
  if (start >= rows) return;

  int row[ROWS];
  vec sum[ROWS];
  const __global real *source[ROWS];
#pragma unroll
  for (int r = 0; r < ROWS; r++) {
    row[r] = order[at(set, rows) + min(start + r, rows - 1)];
    source[r] = da + at(row[r], stride * padded_size);
    sum[r] = (vec)0;
  }
  const __global real *w = parameters + weight_ih + at(set * gates * hidden_size, input_size) + block * V;
  for (int y = 0; y < gates; y++) {
    for (int j = 0; j < hidden_size; j++, w += input_size) {
      const vec weight = LOAD(w);
#pragma unroll
      for (int r = 0; r < ROWS; r++) sum[r] += source[r][y * padded_size + j] * weight;
    }
  }
#pragma unroll
  for (int r = 0; r < ROWS; r++) {
    if (start + r < rows) STORE(sum[r], dx + at(by_row ? row[r] : sites[row[r]], input_size) + block * V);
  }
}
