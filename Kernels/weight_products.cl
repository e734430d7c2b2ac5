// weight_products_r: what some rows add to the weights of r = TILE_ROWS values of m.
//
//   sum[m, y] += z_p[m] * da_p[y] over the rows p, in order, for V units of every gate y
//
// z, gradient [count] in: z_p from the first of the values on, and da_p at the units; gates are `stride` apart, in memory
// of the work-item's own if PACKED.
// target [values, G', V] in and out; only out if `first`. The file is joined once for each r, after tile_rows.cl.

#ifdef LINT
#include "layout.cl"
#include "tile_rows.cl"
#endif

#ifndef PACKED
#define PACKED 0
#endif
#ifndef GRADIENT_SPACE
#if PACKED
#define GRADIENT_SPACE __private
#else
#define GRADIENT_SPACE __global
#endif
#endif

TILE_FUNCTION JOIN(weight_products_, TILE_ROWS)(int count, const __global real **z,
                                                const GRADIENT_SPACE real **gradient, int start, int stride,
                                                bool first, __global real *target) {
  vec sum[TILE_ROWS][CELL_GATES];
#pragma unroll
  for (int m = 0; m < TILE_ROWS; m++) {
#pragma unroll
    for (int y = 0; y < CELL_GATES; y++) sum[m][y] = first ? (vec)0 : LOAD(target + (m * CELL_GATES + y) * V);
  }
  for (int q = 0; q < count; q++) {
    const __global real *factor = z[q] + start;
    const GRADIENT_SPACE real *own = gradient[q];
#pragma unroll
    for (int y = 0; y < CELL_GATES; y++) {
      #if PACKED
      const vec value = LOAD_ANYWHERE(own + y * stride);
#else
      const vec value = LOAD(own + y * stride);
#endif
#pragma unroll
      for (int m = 0; m < TILE_ROWS; m++) sum[m][y] += factor[m] * value;
    }
  }
#pragma unroll
  for (int m = 0; m < TILE_ROWS; m++) {
#pragma unroll
    for (int y = 0; y < CELL_GATES; y++) STORE(sum[m][y], target + (m * CELL_GATES + y) * V);
  }
}
