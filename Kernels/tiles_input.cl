// The input's part of all pre-activations of a layer, before its wavefronts: with it their products are shorter. And a dense
// layer (AXES 0, GATES 1), whose units are its outputs.
//
//   target_y = W_y x_p + b_y for every row p
//
//   order        [S, R/S]                 in, the rows of each set
//   sites        [R]                      in
//   x            [sites, I]               in
//   packed       [S, K, G, HP]            in, K = I + T*HP + 1: input, sources, bias; zero where a layer norm adds it
//   target       [.., stride, HP]         out, the first G vectors of a row
//
// ND-range: (ceil(R/S / TILE) * ceil(HP / units of a tile), S) groups, the block of units fastest; with VECTOR_UNITS a tile has
// UNITS * VECTORS units of the one gate.
// Host: MDLSTMOpenCL/Recurrent/Ways/SharedTiles.swift, MDLSTMOpenCL/Model/Stages/Dense.swift. Test: DeviceShapeTests.

#if defined(LINT) && !defined(WG)
#define WG 128
#endif
#ifdef LINT
#include "tile_product.cl"
#endif

#if VECTOR_UNITS
#define TILE_UNITS (UNITS * VECTORS)
#define VECTOR_STEP UNITS
#else
#define TILE_UNITS UNITS
#define VECTOR_STEP padded_size
#endif

KERNEL void tiles_input(const int rows_per_set, const int input_size, const int padded_size, const int stride,
                        const __global int *restrict order, const __global int *restrict sites,
                        const __global real *restrict x, const __global real *restrict packed,
                        __global real *restrict target) {
  TILE_MEMORY;
  __local int origin[TILE];
  const int item = (int)get_local_id(0), group = (int)get_group_id(0), set = (int)get_global_id(1);
  const int blocks = (padded_size + TILE_UNITS - 1) / TILE_UNITS;
  const int start = group / blocks * TILE, unit = group % blocks * TILE_UNITS;
  const int count = min(TILE, rows_per_set - start), units_left = padded_size - unit;
  const __global int *own = order + at(set, rows_per_set) + start;

  for (int r = item; r < TILE; r += WG) origin[r] = r < count ? sites[own[r]] : -1;
  barrier(CLK_LOCAL_MEM_FENCE);

  const int place_step = GATES * padded_size, depth = input_size + SOURCES * padded_size + 1;
  const __global real *w = packed + at(set * depth, place_step) + unit;
  const __global real *bias = w + at(depth - 1, place_step);
  vec sum[ITEM_ROWS][VECTORS];
  clear_sums(sum);
  add_products(sum, x, origin, 1, 1, input_size, input_size, w, place_step, VECTOR_STEP, units_left,
               row_slice, vectors_of_tile);
  keep_sums(sum, vectors_of_tile);
  for (int index = item; index < TILE * COLUMN_ITEMS; index += WG) {
    const int r = index / COLUMN_ITEMS, column = index % COLUMN_ITEMS * V;
    if (r < count && column < units_left) {
      __global real *out = target + at(own[r] * stride, padded_size) + unit + column;
#pragma unroll
      for (int y = 0; y < VECTORS; y++)
        if (y * VECTOR_UNITS + column < units_left)
          STORE(kept_sum(vectors_of_tile, y, index) + LOAD(bias + y * VECTOR_STEP + column), out + y * VECTOR_STEP);
    }
  }
}
