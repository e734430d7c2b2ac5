// One wavefront forward, everything in one kernel: gather of the predecessors' h, products, gates, cell update.
//
//   a_y = W_y x_p + sum_k U_y,k h_(p-k) + b_y, then `cell_forward` of the cell's file.
//
//   x            [sites, I]               in
//   packed       [S, HP/V, K, G, V]       in, from pack_forward; K = I + N*HP + 1: input, axes, bias
//   peepholes    [S, PEEP_VECTORS, HP]    in, unused without PEEPHOLES
//   sites        [R]                      in
//   predecessors [R, N]                   in
//   h, c         [R + 1 + Q, HP]          in: rows of earlier wavefronts, out: rows of this one
//   gates        [R + 1, G, HP]           out, only with KEEP_GATES (training)
//
// HP is H padded to a multiple of V; the padded units have zero weights and stay 0.
// ND-range: (HP/V * ceil(rows / ROWS), S) work-items, the block of units fastest; each computes V units of ROWS rows.
// Sums run over the input, then axis by axis over the hidden units, in that order, onto the bias.
// Host: MDLSTMOpenCL/RecurrentForward.swift. Test: LayerParityTests.

#ifdef LINT
#include "graves_forward.cl"
#endif

// Rows a work-item computes side by side: 4 where 32 vector registers hold ROWS * G sums, 2 or 1 elsewhere.
#ifndef ROWS
#define ROWS 4
#endif
#ifndef KEEP_GATES
#define KEEP_GATES 1
#endif

KERNEL void fused_forward(const int first, const int rows, const int input_size, const int padded_size,
                          const __global real *restrict x, const __global real *restrict packed,
                          const __global real *restrict peepholes, const __global int *restrict sites,
                          const __global int *restrict predecessors, __global real *h, __global real *c,
                          __global real *restrict gates) {
  const int blocks = padded_size / V;
  const int item = (int)get_global_id(0);
  const int set = (int)get_global_id(1);
  const int block = item % blocks;
  const int start = item / blocks * ROWS;
  if (start >= rows) return;

  // Rows beyond the wavefront repeat its last row and are not stored.
  int row[ROWS];
  const __global real *source[ROWS];
#pragma unroll
  for (int r = 0; r < ROWS; r++) {
    row[r] = first + set * rows + min(start + r, rows - 1);
    source[r] = x + at(sites[row[r]], input_size);
  }

  const int depth = input_size + AXES * padded_size + 1;
  const __global real *w = packed + at(set * blocks + block, depth * GATES * V);
  vec sum[ROWS][GATES];
  {
    const __global real *bias = w + at(depth - 1, GATES * V);
#pragma unroll
    for (int y = 0; y < GATES; y++) {
      const vec value = LOAD(bias + y * V);
#pragma unroll
      for (int r = 0; r < ROWS; r++) sum[r][y] = value;
    }
  }
  for (int m = 0; m < input_size; m++, w += GATES * V) {
#pragma unroll
    for (int y = 0; y < GATES; y++) {
      const vec weight = LOAD(w + y * V);
#pragma unroll
      for (int r = 0; r < ROWS; r++) sum[r][y] += source[r][m] * weight;
    }
  }
#pragma unroll
  for (int k = 0; k < AXES; k++) {
#pragma unroll
    for (int r = 0; r < ROWS; r++) source[r] = h + at(predecessors[row[r] * AXES + k], padded_size);
    for (int m = 0; m < padded_size; m++, w += GATES * V) {
#pragma unroll
      for (int y = 0; y < GATES; y++) {
        const vec weight = LOAD(w + y * V);
#pragma unroll
        for (int r = 0; r < ROWS; r++) sum[r][y] += source[r][m] * weight;
      }
    }
  }

  const __global real *peephole = peepholes + at(set * PEEP_VECTORS, padded_size) + block * V;
#pragma unroll
  for (int r = 0; r < ROWS; r++) {
    if (start + r < rows) {
      vec previous[AXES], cell;
#pragma unroll
      for (int k = 0; k < AXES; k++)
        previous[k] = LOAD(c + at(predecessors[row[r] * AXES + k], padded_size) + block * V);
      const vec hidden = cell_forward(sum[r], previous, peephole, padded_size, &cell);
      const long unit = at(row[r], padded_size) + block * V;
      STORE(cell, c + unit);
      STORE(hidden, h + unit);
#if KEEP_GATES
#pragma unroll
      for (int y = 0; y < GATES; y++)
        STORE(sum[r][y], gates + at(row[r] * GATES + y, padded_size) + block * V);
#endif
    }
  }
}
