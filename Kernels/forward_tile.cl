// A tile of the forward pass: V hidden units of up to ROWS rows, from the gather of what the predecessors feed back to
// the new h and c.
//
//   a_y = W_y x_p + sum_t U_y,t s_t + b_y over the sources s_t of layout.cl, then forward_row.
//
//   x            [sites, I]               in
//   packed       [S, N', HP/V, K, G', V]  in, weights in the order they are used; K = I + T*HP + 1: input,
//                                         sources, bias
//   the rest as in layout.cl; without KEEP_GATES (inference) gates and raw are not written, but in a layer norm
//
// HP is H padded to a multiple of V; the padded units have zero weights, so that their pre-activations, h and c are 0.
// Sums run over the input, then source by source over the hidden units, in that order, onto the bias.
// Joined before fused_forward.cl and sweep_forward.cl.

#ifdef LINT
#include "forward_row.cl"
#endif

// Rows a work-item computes side by side: as many as keep ROWS * G' sums in vector registers.
#ifndef ROWS
#define ROWS 4
#endif

// `row` has ROWS rows, of which the first `count` are stored; the others repeat one of them.
static inline void forward_tile(const int *row, int count, int direction, int set, int position, int block,
                                int input_size, int padded_size, const __global real *restrict x,
                                const __global real *restrict packed, FORWARD_STATE) {
  const int blocks = padded_size / V;
  const int depth = input_size + SOURCES * padded_size + 1;
  const __global real *w = packed + at((set * POSITIONS + position) * blocks + block, depth * CELL_GATES * V);
  vec sum[ROWS][CELL_GATES];
  {
    const __global real *bias = w + at(depth - 1, CELL_GATES * V);
#pragma unroll
    for (int y = 0; y < CELL_GATES; y++) {
      const vec value = LOAD(bias + y * V);
#pragma unroll
      for (int r = 0; r < ROWS; r++) sum[r][y] = value;
    }
  }
  const __global real *source[ROWS];
#if !GRID
#pragma unroll
  for (int r = 0; r < ROWS; r++) source[r] = x + at(sites[row[r]], input_size);
  for (int m = 0; m < input_size; m++, w += CELL_GATES * V) {
#pragma unroll
    for (int y = 0; y < CELL_GATES; y++) {
      const vec weight = LOAD(w + y * V);
#pragma unroll
      for (int r = 0; r < ROWS; r++) sum[r][y] += source[r][m] * weight;
    }
  }
#endif
#if SPLIT
  // The input's part has a norm of its own.
#pragma unroll
  for (int r = 0; r < ROWS; r++) {
    if (r < count) {
#pragma unroll
      for (int y = 0; y < GATES; y++)
        STORE(sum[r][y], raw + at(row[r] * DA_STRIDE + y, padded_size) + block * V);
    }
#pragma unroll
    for (int y = 0; y < GATES; y++) sum[r][y] = (vec)0;
  }
#endif
#pragma unroll
  for (int t = 0; t < SOURCES; t++) {
#pragma unroll
    for (int r = 0; r < ROWS; r++)
      source[r] = h + at(source_vector(t, row[r], position, predecessors), padded_size);
    for (int m = 0; m < padded_size; m++, w += CELL_GATES * V) {
#pragma unroll
      for (int y = 0; y < CELL_GATES; y++) {
        const vec weight = LOAD(w + y * V);
#pragma unroll
        for (int r = 0; r < ROWS; r++) sum[r][y] += source[r][m] * weight;
      }
    }
  }
  // A copy, so that the sums above stay in registers while the code of a row is not repeated ROWS times.
  vec gate[ROWS][CELL_GATES];
#pragma unroll
  for (int r = 0; r < ROWS; r++) {
#pragma unroll
    for (int y = 0; y < CELL_GATES; y++) gate[r][y] = sum[r][y];
  }
  for (int r = 0; r < min(ROWS, count); r++)
    forward_row(gate[r], row[r], direction, set, position, block, padded_size, FORWARD_STATE_OF);
}
