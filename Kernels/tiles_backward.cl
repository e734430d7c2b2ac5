// One wavefront backward, a work-group a tile of rows and units: products in local memory, then the cell.
//
//   gradient by the vectors s_t of h = returned_hidden + backward products as in backward_products.cl + dy, then backward_row
//
//   dy           [sites, output_stride]   in, as in output_gradient.cl
//   packed       [S, N', C, A*G*HP, HP]   in, the transposed recurrent weights
//   the rest as in layout.cl
//
// Other arguments as in fused_backward.cl, or those of tile_chain.cl. ND-range as in tiles_forward.cl.
// Host: MDLSTMOpenCL/Recurrent/Ways/SharedTiles.swift. Test: DeviceShapeTests.

#if defined(LINT) && !defined(WG)
#define WG 128
#endif
#ifdef LINT
#define VECTORS COMPONENTS
#include "backward_row.cl"
#include "output_gradient.cl"
#include "tile_product.cl"
#include "tile_chain.cl"
#endif

// Of a grid one axis, of any other layer all.
#define TILE_AXES (GRID ? 1 : AXES)

KERNEL void tiles_backward(STEP_PARAMETERS, const int hidden_size, const int padded_size, const int output_stride,
                           const int direction_stride, const __global real *restrict dy,
                           const __global real *restrict packed, BACKWARD_STATE) {
  TILE_MEMORY;
  // The gradients of the successors of every row; in a grid those of the row itself, after them.
  __local int origin[TILE * (TILE_AXES + GRID)];
  FIND_PLACE;
  const int item = (int)get_local_id(0), direction = place.direction, set = place.set, position = place.position;
  const int first_row = place.first_row, count = place.count, unit = place.unit, units_left = place.units_left;

  for (int index = item; index < TILE * (TILE_AXES + GRID); index += WG) {
    const int r = index / (TILE_AXES + GRID), t = index % (TILE_AXES + GRID), row = first_row + r;
    int from = -1;
#if GRID
    if (r < count) from = (t > 0 ? row : successors[row * AXES + axis_at(position)]) * DA_STRIDE;
#else
    if (r < count) from = successors[row * AXES + t] * DA_STRIDE + DA_RECURRENT;
#endif
    origin[index] = from;
  }
  vec sum[ITEM_ROWS][VECTORS];
  clear_sums(sum);
  const int segment = GATES * padded_size, matrix = CELL_AXES * segment * padded_size;
  barrier(CLK_LOCAL_MEM_FENCE);
#if !GRID
  const __global real *w = packed + at(set * COMPONENTS, matrix) + unit;
#endif
#if DEPTH && !GRID
  copy_weights(w, padded_size, matrix, units_left, vectors_of_tile);
#endif
  WAIT;
#if GRID
  // The successor, of which the axes without priority, or all, saw h_k; then those with priority in the same row.
  const int axis = axis_at(position), middle = successor_gates(axis) * padded_size;
  const __global real *w = packed + at(successor_set(set, axis) * POSITIONS + position, matrix) + unit;
  add_products(sum, DA, origin, 2, 1, padded_size, middle, w, padded_size, matrix, units_left, row_slice,
               vectors_of_tile);
  if (middle < segment) {
    w = packed + at(set * POSITIONS + position, matrix) + unit + at(middle, padded_size);
    add_products(sum, DA + middle, origin + 1, 2, 1, padded_size, segment - middle, w, padded_size, matrix,
                 units_left, row_slice, vectors_of_tile);
  }
#elif DEPTH
  add_products_of_depth(sum, DA, origin, AXES, padded_size, segment, row_slice, vectors_of_tile);
#else
  add_products(sum, DA, origin, AXES, AXES, padded_size, segment, w, padded_size, matrix, units_left,
               row_slice, vectors_of_tile);
#endif
  keep_sums(sum, vectors_of_tile);
  for (int index = item; index < TILE * COLUMN_ITEMS; index += WG) {
    const int r = index / COLUMN_ITEMS, column = index % COLUMN_ITEMS * V, row = first_row + r;
    if (r < count && column < units_left) {
      const int block = (unit + column) / V;
      vec total[COMPONENTS];
#pragma unroll
      for (int q = 0; q < COMPONENTS; q++) {
        total[q] = kept_sum(vectors_of_tile, q, index) +
                   output_gradient(row, direction, position, q, block, hidden_size, output_stride, direction_stride, dy,
                                   sites);
        if (returning)
          total[q] += returned_hidden(row, position, q, unit + column, padded_size, leaving, returned);
      }
      backward_row(total, row, direction, set, position, block, padded_size, BACKWARD_STATE_OF);
    }
  }
  SIGNAL;
}
