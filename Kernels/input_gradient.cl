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
// V * SPAN divides I here. ND-range: (I/(V*SPAN) * ceil(rows / ROWS), S) work-items, the block of inputs fastest.
// Sums run over gates and hidden units in order.
// Host: MDLSTMOpenCL/Recurrent/InputGradient.swift. Test: LayerParityTests, OperationParityTests.

#ifdef LINT
#include "common.cl"
#endif

#ifndef ROWS
#define ROWS 8
#endif
// Vectors of inputs that a work-item computes side by side: each gradient it loads serves all of them.
#ifndef SPAN
#define SPAN 1
#endif

KERNEL void input_gradient(const int rows, const int by_row, const int input_size, const int hidden_size,
                           const int padded_size, const int gates, const int stride, const int weight_ih,
                           const __global int *restrict order, const __global int *restrict sites,
                           const __global real *restrict parameters, const __global real *restrict da,
                           __global real *restrict dx) {
  const int blocks = input_size / (V * SPAN);
  const int item = (int)get_global_id(0);
  const int set = (int)get_global_id(1);
  const int block = item % blocks;
  const int start = item / blocks * ROWS;
  if (start >= rows) return;

  int row[ROWS];
  vec sum[ROWS][SPAN];
  const __global real *source[ROWS];
#pragma unroll
  for (int r = 0; r < ROWS; r++) {
    row[r] = order[at(set, rows) + min(start + r, rows - 1)];
    source[r] = da + at(row[r], stride * padded_size);
#pragma unroll
    for (int b = 0; b < SPAN; b++) sum[r][b] = (vec)0;
  }
  const __global real *w = parameters + weight_ih + at(set * gates * hidden_size, input_size) + block * (V * SPAN);
  for (int y = 0; y < gates; y++) {
    // The same gate of the next rows.
    if (ASKS && block == 0) {
      for (int r = start + ROWS; r < min(start + 2 * ROWS, rows); r++)
        ask_for(da + at(order[at(set, rows) + r], stride * padded_size) + y * padded_size, hidden_size);
    }
    for (int j = 0; j < hidden_size; j++, w += input_size) {
#pragma unroll
      for (int b = 0; b < SPAN; b++) {
        const vec weight = LOAD_ANYWHERE(w + b * V);
#pragma unroll
        for (int r = 0; r < ROWS; r++) sum[r][b] += source[r][y * padded_size + j] * weight;
      }
    }
  }
#pragma unroll
  for (int r = 0; r < ROWS; r++) {
    // No `break`: the loop would not be unrolled, and the sums not kept in registers.
    if (start + r < rows) {
      __global real *target = dx + at(by_row ? row[r] : sites[row[r]], input_size) + block * (V * SPAN);
#pragma unroll
      for (int b = 0; b < SPAN; b++) STORE(sum[r][b], target + b * V);
    }
  }
}
