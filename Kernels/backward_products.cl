// backward_products_s: what the rows they fed leave TILE_ROWS = ROWS >> s rows, at SPAN blocks of V hidden units.
//
//   += sum_t U_y,t^T da_y over the gates y of the successors along every axis
//
// gradient [rows][SPAN * C] in and out: by block, the C components of h. The rest as in backward_tile.cl. Sums run axis by
// axis, gate by gate, over the hidden units. Joined once for each s, as forward_products.cl.

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

static inline void JOIN(backward_products_, TILE_SHIFT)(const int *row, vec (*gradient)[COLUMNS], int set,
                                                       int position, int block, int padded_size,
                                                       const __global real *restrict packed, BACKWARD_STATE) {
  const int blocks = padded_size / V, width = GATES * padded_size, stride = CELL_AXES * width * V;
#if GRID
  const int axis = axis_at(position), next = successor_set(set, axis);
  const __global real *w = packed + at((next * POSITIONS + position) * blocks + block, stride);
#else
  const __global real *w = packed + at((set * blocks + block) * COMPONENTS, stride);
#endif
  vec sum[TILE_ROWS][COLUMNS];
#pragma unroll
  for (int r = 0; r < TILE_ROWS; r++) {
#pragma unroll
    for (int j = 0; j < COLUMNS; j++) sum[r][j] = gradient[r][j];
  }
  const __global real *source[TILE_ROWS];
  for (int k = 0; k < CELL_AXES; k++) {
#if !GRID
    const int axis = k;
#endif
#pragma unroll
    for (int r = 0; r < TILE_ROWS; r++)
      source[r] = DA + at(successors[row[r] * AXES + axis] * DA_STRIDE + DA_RECURRENT, padded_size);
    const int count = successor_gates(axis) * padded_size;
    for (int m = 0; m < count; m++, w += V) {
#pragma unroll
      for (int j = 0; j < COLUMNS; j++) {
        const vec weight = LOAD(w + j * stride);
#pragma unroll
        for (int r = 0; r < TILE_ROWS; r++) sum[r][j] += source[r][m] * weight;
      }
    }
  }
#if GRID
  // The axes with priority, which saw the new h of this one in the same row.
#pragma unroll
  for (int r = 0; r < TILE_ROWS; r++) source[r] = DA + at(row[r], width);
  const int middle = successor_gates(axis) * padded_size;
  w = packed + at((set * POSITIONS + position) * blocks + block, stride) + middle * V;
  for (int m = middle; m < width; m++, w += V) {
#pragma unroll
    for (int j = 0; j < COLUMNS; j++) {
      const vec weight = LOAD(w + j * stride);
#pragma unroll
      for (int r = 0; r < TILE_ROWS; r++) sum[r][j] += source[r][m] * weight;
    }
  }
#endif
#pragma unroll
  for (int r = 0; r < TILE_ROWS; r++) {
#pragma unroll
    for (int j = 0; j < COLUMNS; j++) gradient[r][j] = sum[r][j];
  }
}
