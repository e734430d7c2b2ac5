// One wavefront backward, everything in one kernel: gather from the successors, products, gate gradients.
//
//   dh = dy + sum_k U_k^T da_(p+k);   dc = sum_k e_k of p+k;   then `cell_backward` of the cell's file.
//
//   dy           [sites, L]               in, gradient by the layer's output; set s starts at column s * set_stride
//   packed       [S, HP/V, N*G*HP, V]     in, from pack_backward
//   peepholes    [S, PEEP_VECTORS, HP]    in, unused without PEEPHOLES
//   sites [R], predecessors [R, N], successors [R + 1 + Q, N]   in
//   c            [R + 1 + Q, HP]          in
//   gates        [R + 1, G, HP]           in: activations of this wavefront, da of later ones; out: da of this one
//   handed       [R + 1, N, HP]           in: e_k of later wavefronts, out: of this one; row R of both is zero
//
// ND-range: (HP/V * ceil(rows / ROWS), S) work-items, the block of units fastest; each computes V units of ROWS rows.
// Sums run axis by axis, gate by gate, over the hidden units, then the output's gradient is added.
// Host: MDLSTMOpenCL/RecurrentBackward.swift. Test: LayerParityTests.

#ifdef LINT
#include "backward_row.cl"
#endif

// Rows a work-item computes side by side: 8 sums hide the latency of a multiply-add.
#ifndef ROWS
#define ROWS 8
#endif

KERNEL void fused_backward(const int first, const int rows, const int hidden_size, const int padded_size,
                           const int output_stride, const int set_stride, const __global real *restrict dy,
                           const __global real *restrict packed, const __global real *restrict peepholes,
                           const __global int *restrict sites, const __global int *restrict predecessors,
                           const __global int *restrict successors, const __global real *restrict c,
                           __global real *gates, __global real *handed) {
  const int blocks = padded_size / V;
  const int item = (int)get_global_id(0);
  const int set = (int)get_global_id(1);
  const int block = item % blocks;
  const int start = item / blocks * ROWS;
  if (start >= rows) return;

  int row[ROWS];
  vec sum[ROWS];
#pragma unroll
  for (int r = 0; r < ROWS; r++) {
    row[r] = first + set * rows + min(start + r, rows - 1);
    sum[r] = (vec)0;
  }
  const int width = GATES * padded_size;
  const __global real *w = packed + at(set * blocks + block, AXES * width * V);
#pragma unroll
  for (int k = 0; k < AXES; k++) {
    const __global real *source[ROWS];
#pragma unroll
    for (int r = 0; r < ROWS; r++) source[r] = gates + at(successors[row[r] * AXES + k], width);
    for (int m = 0; m < width; m++, w += V) {
      const vec weight = LOAD(w);
#pragma unroll
      for (int r = 0; r < ROWS; r++) sum[r] += source[r][m] * weight;
    }
  }

  const __global real *peephole = peepholes + at(set * PEEP_VECTORS, padded_size) + block * V;
#pragma unroll
  for (int r = 0; r < ROWS; r++) {
    if (start + r < rows) {
      const long column = set * set_stride + block * V;
      const vec dh =
          sum[r] + load_tail(dy + at(sites[row[r]], output_stride) + column, hidden_size - block * V);
      backward_row(row[r], padded_size, block, predecessors, successors, c, peephole, dh, gates, handed);
    }
  }
}
