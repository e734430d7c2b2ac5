// A tile of the backward pass: V hidden units of up to ROWS rows, from the gather of the successors to da.
//
//   dh = dy + sum_k U_k^T da_(p+k);   dc = sum_k e_k of p+k;   then `cell_backward` of the cell's file.
//
//   dy           [sites, L]               in, gradient by the layer's output; set s starts at column s * set_stride
//   packed       [S, HP/V, N*G*HP, V]     in, from pack_backward
//   peepholes    [S, PEEP_VECTORS, HP]    in, unused without PEEPHOLES
//   sites [R], predecessors [R, N], successors [R + 1 + Q, N]   in
//   c            [R + 1 + Q, HP]          in
//   gates        [R + 1, G, HP]           in: activations of the tile, da of later rows; out: da of the tile
//   handed       [R + 1, N, HP]           in: e_k of later rows, out: of the tile; row R of both is zero
//
// Sums run axis by axis, gate by gate, over the hidden units, then the output's gradient is added.
// Joined before fused_backward.cl and sweep_backward.cl.

#ifdef LINT
#include "backward_row.cl"
#endif

// Rows a work-item computes side by side: 8 sums hide the latency of a multiply-add.
#ifndef ROWS
#define ROWS 8
#endif

// `row` has ROWS rows, of which the first `count` are stored; the others repeat one of them.
static inline void backward_tile(const int *row, int count, int set, int block, int hidden_size, int padded_size,
                                 int output_stride, int set_stride, const __global real *restrict dy,
                                 const __global real *restrict packed, const __global real *restrict peepholes,
                                 const __global int *restrict sites, const __global int *restrict predecessors,
                                 const __global int *restrict successors, const __global real *restrict c,
                                 __global real *gates, __global real *handed) {
  vec sum[ROWS];
#pragma unroll
  for (int r = 0; r < ROWS; r++) sum[r] = (vec)0;
  const int width = GATES * padded_size;
  const int blocks = padded_size / V;
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
    if (r < count) {
      const long column = set * set_stride + block * V;
      const vec dh =
          sum[r] + load_tail(dy + at(sites[row[r]], output_stride) + column, hidden_size - block * V);
      backward_row(row[r], padded_size, block, predecessors, successors, c, peephole, dh, gates, handed);
    }
  }
}
