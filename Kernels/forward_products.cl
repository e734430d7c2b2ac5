// forward_products_r: the pre-activations of V hidden units of r = TILE_ROWS rows.
//
//   a_y = W_y x_p + sum_t U_y,t s_t + b_y over the sources s_t of layout.cl
//
// gate [rows][G'] out. The rest as in forward_tile.cl. Sums run over the input, then source by source over the hidden units,
// in that order, onto the bias. The file is joined once for each r, after tile_rows.cl.

#ifdef LINT
#include "forward_row.cl"
#include "tile_rows.cl"
#endif

TILE_FUNCTION JOIN(forward_products_, TILE_ROWS)(const int *row, vec (*gate)[CELL_GATES], int set, int position,
                                                 int block, int input_size, int padded_size,
                                                 const __global real *restrict x,
                                                 const __global real *restrict packed, FORWARD_STATE) {
  const int depth = input_size + SOURCES * padded_size + 1;
  const int step = PACK_STEP(padded_size);
  const __global real *w =
      packed + BLOCK_OF(set * POSITIONS + position, block, depth * CELL_GATES, padded_size);
  vec sum[TILE_ROWS][CELL_GATES];
  {
    const __global real *bias = w + at(depth - 1, CELL_GATES * step);
#pragma unroll
    for (int y = 0; y < CELL_GATES; y++) {
      const vec value = LOAD(bias + y * step);
#pragma unroll
      for (int r = 0; r < TILE_ROWS; r++) sum[r][y] = value;
    }
  }
  // The input, then the sources; in a grid the sources alone.
  for (int t = GRID ? 0 : -1; t < SOURCES; t++) {
    const __global real *source[TILE_ROWS];
#pragma unroll
    for (int r = 0; r < TILE_ROWS; r++)
      source[r] = t < 0 ? x + at(sites[row[r]], input_size)
                        : h + at(source_vector(t, row[r], position, predecessors), padded_size);
    const int count = t < 0 ? input_size : padded_size;
    UNROLL_PLACES
    for (int m = 0; m < count; m++, w += CELL_GATES * step) {
#pragma unroll
      for (int y = 0; y < CELL_GATES; y++) {
        const vec weight = LOAD(w + y * step);
#pragma unroll
        for (int r = 0; r < TILE_ROWS; r++) sum[r][y] += source[r][m] * weight;
      }
    }
#if SPLIT
    // The input's part has a norm of its own.
    if (t >= 0) continue;
#pragma unroll
    for (int r = 0; r < TILE_ROWS; r++) {
#pragma unroll
      for (int y = 0; y < GATES; y++) {
        STORE(sum[r][y], raw + at(row[r] * DA_STRIDE + y, padded_size) + block * V);
        sum[r][y] = (vec)0;
      }
    }
#endif
  }
#pragma unroll
  for (int r = 0; r < TILE_ROWS; r++) {
#pragma unroll
    for (int y = 0; y < CELL_GATES; y++) gate[r][y] = sum[r][y];
  }
}
