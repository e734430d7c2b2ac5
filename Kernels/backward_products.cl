// backward_products_r: what the rows they fed leave r = TILE_ROWS rows, at SPAN blocks of V hidden units.
//
//   += sum_t U_y,t^T da_y over the gates y of the successors along every axis
//
// gradient [rows][SPAN * C] in and out: by block, the C components of h. The rest as in backward_tile.cl. Sums run axis by
// axis, gate by gate, over the hidden units. Joined once for each r, as forward_products.cl.

#ifdef LINT
#include "output_gradient.cl"
#include "tile_rows.cl"
#endif

// Blocks of units that a work-item computes side by side: each gradient it loads serves all of them.
#ifndef SPAN
#define SPAN 1
#endif

#define COLUMNS (SPAN * COMPONENTS)

// Gradients by pre-activations, rows DA_STRIDE vectors apart.
#if NORM
#define DA raw
#else
#define DA gates
#endif

TILE_FUNCTION JOIN(backward_products_, TILE_ROWS)(const int *row, vec (*gradient)[COLUMNS], int set, int position,
                                                  int block, int padded_size, const __global real *restrict packed,
                                                  BACKWARD_STATE) {
  const int blocks = padded_size / V, stride = CELL_AXES * GATES * padded_size * V;
  vec sum[TILE_ROWS][COLUMNS];
#pragma unroll
  for (int r = 0; r < TILE_ROWS; r++) {
#pragma unroll
    for (int j = 0; j < COLUMNS; j++) sum[r][j] = gradient[r][j];
  }
#if GRID
  // The successor, of which the axes without priority, or all, saw h_k; then those with priority in the same row.
  const int axis = axis_at(position), middle = successor_gates(axis) * padded_size;
  for (int own = 0; own < 2; own++) {
    const int from = own ? set : successor_set(set, axis), first = own ? middle : 0;
    const int count = own ? GATES * padded_size - middle : middle;
    const __global real *w = packed + at((from * POSITIONS + position) * blocks + block, stride) + first * V;
#else
  const __global real *w = packed + at((set * blocks + block) * COMPONENTS, stride);
  for (int axis = 0; axis < AXES; axis++) {
    const int own = 0, first = 0, count = GATES * padded_size;
#endif
    const __global real *source[TILE_ROWS];
#pragma unroll
    for (int r = 0; r < TILE_ROWS; r++) {
      const int from_row = own ? row[r] : successors[row[r] * AXES + axis];
      source[r] = DA + at(from_row * DA_STRIDE + DA_RECURRENT, padded_size) + first;
    }
    for (int m = 0; m < count; m++, w += V) {
#pragma unroll
      for (int j = 0; j < COLUMNS; j++) {
        const vec weight = LOAD(w + j * stride);
#pragma unroll
        for (int r = 0; r < TILE_ROWS; r++) sum[r][j] += source[r][m] * weight;
      }
    }
  }
#pragma unroll
  for (int r = 0; r < TILE_ROWS; r++) {
#pragma unroll
    for (int j = 0; j < COLUMNS; j++) gradient[r][j] = sum[r][j];
  }
}
