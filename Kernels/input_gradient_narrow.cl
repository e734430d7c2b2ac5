// Gradient by the input of each row: V hidden units side by side, for layers with few inputs.
//
//   dx_p = sum_y W_y^T da_y
//
//   order        [S, rows]                in, the rows of each set
//   sites        [R]                      in, where a row's gradient goes; identity for a dense layer
//   da           [.., stride, HP]         in, of each row the first `gates` vectors
//   dx           [sites, I]               out, or by row [R, I] if `by_row`
//   packed                                in, the weights as the forward pass reads them: input i of gate y at unit j from
//                                         set * set_stride + i * input_stride + y * gate_stride + j / V * block_stride
//
// ND-range: (ceil(rows / ROWS), S) work-items. Each sums INPUTS inputs of its rows at a time, over blocks of units and
// gates, lane by lane, then the lanes as a tree.
// Host: MDLSTMOpenCL/Recurrent/InputGradient.swift. Test: LayerParityTests, OperationParityTests.

#ifdef LINT
#include "common.cl"
#endif

#ifndef ROWS
#define ROWS 4
#endif
#ifndef INPUTS
#define INPUTS 4
#endif

KERNEL void input_gradient_narrow(const int rows, const int by_row, const int input_size, const int padded_size,
                                  const int gates, const int stride, const int set_stride, const int input_stride,
                                  const int gate_stride, const int block_stride, const __global int *restrict order,
                                  const __global int *restrict sites, const __global real *restrict packed,
                                  const __global real *restrict da, __global real *restrict dx) {
  const int start = (int)get_global_id(0) * ROWS;
  const int set = (int)get_global_id(1);
  if (start >= rows) return;

  int row[ROWS];
  const __global real *source[ROWS];
#pragma unroll
  for (int r = 0; r < ROWS; r++) {
    row[r] = order[at(set, rows) + min(start + r, rows - 1)];
    source[r] = da + at(row[r], stride * padded_size);
  }
  // The next rows.
  if (ASKS) {
    for (int r = start + ROWS; r < min(start + 2 * ROWS, rows); r++)
      ask_for(da + at(order[at(set, rows) + r], stride * padded_size), gates * padded_size);
  }
  for (int first = 0; first < input_size; first += INPUTS) {
    vec sum[ROWS][INPUTS];
    const __global real *w[INPUTS];
#pragma unroll
    for (int i = 0; i < INPUTS; i++) {
      w[i] = packed + at(set, set_stride) + at(min(first + i, input_size - 1), input_stride);
#pragma unroll
      for (int r = 0; r < ROWS; r++) sum[r][i] = (vec)0;
    }
    for (int block = 0; block < padded_size / V; block++) {
      for (int y = 0; y < gates; y++) {
        vec gradient[ROWS];
#pragma unroll
        for (int r = 0; r < ROWS; r++) gradient[r] = LOAD(source[r] + y * padded_size + block * V);
#pragma unroll
        for (int i = 0; i < INPUTS; i++) {
          const vec weight = LOAD(w[i] + y * gate_stride + block * block_stride);
#pragma unroll
          for (int r = 0; r < ROWS; r++) sum[r][i] += gradient[r] * weight;
        }
      }
    }
#pragma unroll
    for (int r = 0; r < ROWS; r++) {
      __global real *target = dx + at(by_row ? row[r] : sites[row[r]], input_size) + first;
#pragma unroll
      for (int i = 0; i < INPUTS; i++) {
        if (start + r < rows && first + i < input_size) target[i] = sum_lanes(sum[r][i]);
      }
    }
  }
}
