// Gradient by the input of each row as a product, a work-group a tile of rows and inputs in local memory.
//
// Equation and buffers as in input_gradient.cl, whose V divides I here too.
//
// ND-range: (ceil(rows / TILE) * ceil(I / (UNITS * VECTORS)), S) groups, the block of inputs fastest.
// Host: MDLSTMOpenCL/Recurrent/InputGradient.swift. Test: DeviceShapeTests.

#if defined(LINT) && !defined(WG)
#define WG 128
#endif
#ifdef LINT
#define VECTOR_UNITS 16
#define VECTORS 4
#include "tile_product.cl"
#endif

KERNEL void tiles_input_gradient(const int rows, const int by_row, const int input_size, const int hidden_size,
                                 const int padded_size, const int stride, const int weight_ih,
                                 const __global int *restrict order, const __global int *restrict sites,
                                 const __global real *restrict parameters, const __global real *restrict da,
                                 __global real *restrict dx) {
  TILE_MEMORY;
  // The first gate of every row, and those after it.
  __local int origin[TILE * GATES];
  const int item = (int)get_local_id(0), group = (int)get_group_id(0), set = (int)get_global_id(1);
  const int blocks = (input_size + UNITS * VECTORS - 1) / (UNITS * VECTORS);
  const int start = group / blocks * TILE, first = group % blocks * (UNITS * VECTORS);
  const int count = min(TILE, rows - start), left = input_size - first;
  const __global int *own = order + at(set, rows) + start;

  for (int index = item; index < TILE * GATES; index += WG)
    origin[index] = index / GATES < count ? own[index / GATES] * stride + index % GATES : -1;
  barrier(CLK_LOCAL_MEM_FENCE);

  const __global real *w = parameters + weight_ih + at(set * GATES * hidden_size, input_size) + first;
  vec sum[ITEM_ROWS][VECTORS];
  clear_sums(sum);
  add_products(sum, da, origin, GATES, GATES, padded_size, hidden_size, w, input_size, UNITS, left,
               row_slice, vectors_of_tile);
  keep_sums(sum, vectors_of_tile);
  for (int index = item; index < TILE * COLUMN_ITEMS; index += WG) {
    const int r = index / COLUMN_ITEMS, column = index % COLUMN_ITEMS * V;
    if (r < count) {
      __global real *out = dx + at(by_row ? own[r] : sites[own[r]], input_size) + first + column;
#pragma unroll
      for (int y = 0; y < VECTORS; y++)
        if (y * UNITS + column < left) STORE(kept_sum(vectors_of_tile, y, index), out + y * UNITS);
    }
  }
}
