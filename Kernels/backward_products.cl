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

// From the first column of a place to column j.
#if WG == 1
#define COLUMN_OFFSET(j, places, padded_size) ((j) * (places) * V)
#else
#define COLUMN_OFFSET(j, places, padded_size) ((j) % COMPONENTS * (places) * (padded_size) + (j) / COMPONENTS * V)
#endif

TILE_FUNCTION JOIN(backward_products_, TILE_ROWS)(const int *row, vec (*gradient)[COLUMNS], int set, int position,
                                                  int block, int padded_size, const __global real *restrict packed,
                                                  BACKWARD_STATE) {
  const int places = CELL_AXES * GATES * padded_size, step = PACK_STEP(padded_size);
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
    const __global real *w = packed + BLOCK_OF(from * POSITIONS + position, block, places, padded_size) + first * step;
#else
  const __global real *w = packed + BLOCK_OF(set, block, COMPONENTS * places, padded_size);
  for (int axis = 0; axis < AXES; axis++) {
    const int own = 0, first = 0, count = GATES * padded_size;
#endif
    const __global real *source[TILE_ROWS];
#pragma unroll
    for (int r = 0; r < TILE_ROWS; r++) {
      const int from_row = own ? row[r] : successors[row[r] * AXES + axis];
      source[r] = DA + at(from_row * DA_STRIDE + DA_RECURRENT, padded_size) + first;
    }
    // On a GPU the places of a vector are loaded at once.
#if WG == 1
#define PLACES 1
#else
#define PLACES V
#endif
    for (int m = 0; m < count; m += PLACES) {
      real value[TILE_ROWS][PLACES];
#pragma unroll
      for (int r = 0; r < TILE_ROWS; r++) {
#if PLACES == 1
        value[r][0] = source[r][m];
#else
        spread(LOAD(source[r] + m), value[r]);
#endif
      }
#pragma unroll
      for (int p = 0; p < PLACES; p++, w += step) {
#pragma unroll
        for (int j = 0; j < COLUMNS; j++) {
          const vec weight = LOAD(w + COLUMN_OFFSET(j, places, padded_size));
#pragma unroll
          for (int r = 0; r < TILE_ROWS; r++) sum[r][j] += value[r][p] * weight;
        }
      }
    }
  }
#pragma unroll
  for (int r = 0; r < TILE_ROWS; r++) {
#pragma unroll
    for (int j = 0; j < COLUMNS; j++) gradient[r][j] = sum[r][j];
  }
}
