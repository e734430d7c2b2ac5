// A tile of the forward pass: V hidden units of up to ROWS rows, from the gather of the predecessors' h to the new h
// and c.
//
//   a_y = W_y x_p + sum_k U_y,k h_(p-k) + b_y, then `cell_forward` of the cell's file.
//
//   x            [sites, I]               in
//   packed       [S, HP/V, K, G, V]       in, from pack_forward; K = I + N*HP + 1: input, axes, bias
//   peepholes    [S, PEEP_VECTORS, HP]    in, unused without PEEPHOLES
//   sites        [R]                      in
//   predecessors [R, N]                   in
//   h, c         [R + 1 + Q, HP]          in: rows of earlier wavefronts, out: the tile's
//   gates        [R + 1, G, HP]           out, only with KEEP_GATES (training)
//
// HP is H padded to a multiple of V; the padded units have zero weights and stay 0.
// Sums run over the input, then axis by axis over the hidden units, in that order, onto the bias.
// Joined before fused_forward.cl and sweep_forward.cl.

#ifdef LINT
#include "graves_forward.cl"
#endif

// Rows a work-item computes side by side: as many as keep ROWS * G sums in vector registers.
#ifndef ROWS
#define ROWS 4
#endif
#ifndef KEEP_GATES
#define KEEP_GATES 1
#endif

// `row` has ROWS rows, of which the first `count` are stored; the others repeat one of them.
static inline void forward_tile(const int *row, int count, int set, int block, int input_size, int padded_size,
                                const __global real *restrict x, const __global real *restrict packed,
                                const __global real *restrict peepholes, const __global int *restrict sites,
                                const __global int *restrict predecessors, __global real *h, __global real *c,
                                __global real *restrict gates) {
  const int blocks = padded_size / V;
  const __global real *source[ROWS];
#pragma unroll
  for (int r = 0; r < ROWS; r++) source[r] = x + at(sites[row[r]], input_size);

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
    if (r < count) {
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
