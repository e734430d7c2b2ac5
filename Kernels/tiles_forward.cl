// One wavefront forward, a work-group a tile of rows and units: products in local memory, then the cell.
//
//   a_y = what tiles_input.cl left + sum_t U_y,t s_t over the sources s_t of layout.cl, then forward_row
//
//   packed       [S, N', K, G', HP]       in, K = I + T*HP + 1: input, sources, bias
//   the rest as in layout.cl; without KEEP_GATES (inference) gates are not written, but in a layer norm
//
// Other arguments as in fused_forward.cl, or those of tile_chain.cl.
// ND-range: (positions * ceil(rows / TILE) * ceil(HP / UNITS), directions) groups, or one for each ticket.
// Host: MDLSTMOpenCL/Recurrent/Ways/SharedTiles.swift. Test: DeviceShapeTests.

#if defined(LINT) && !defined(WG)
#define WG 128
#endif
#ifdef LINT
#include "forward_row.cl"
#include "tile_product.cl"
#include "tile_chain.cl"
#endif

KERNEL void tiles_forward(STEP_PARAMETERS, const int input_size, const int padded_size,
                          const __global real *restrict packed, FORWARD_STATE) {
  TILE_MEMORY;
  // The sources of every row.
  __local int origin[TILE * SOURCES];
  FIND_PLACE;
  const int item = (int)get_local_id(0), direction = place.direction, set = place.set, position = place.position;
  const int first_row = place.first_row, count = place.count, unit = place.unit, units_left = place.units_left;

  for (int index = item; index < TILE * SOURCES; index += WG) {
    const int r = index / SOURCES;
    origin[index] = r < count ? source_vector(index % SOURCES, first_row + r, position, predecessors) : -1;
  }
  const int place_step = CELL_GATES * padded_size, recurrent = SOURCES * padded_size;
  const __global real *w =
      packed + at((set * POSITIONS + position) * (input_size + recurrent + 1) + input_size, place_step) + unit;
  vec sum[ITEM_ROWS][VECTORS], gate[CELL_GATES];
  clear_sums(sum);
  // What the sources add to, of the first place that the item finishes: it is there before they are.
#define LOAD_BEFORE(index)                                                                                    \
  {                                                                                                           \
    const int row = first_row + (index) / COLUMN_ITEMS, column = (index) % COLUMN_ITEMS * V;                  \
    const bool is_there = (index) / COLUMN_ITEMS < count && column < units_left;                              \
    const __global real *before = BEFORE(row) + column;                                                       \
    _Pragma("unroll") for (int y = 0; y < CELL_GATES; y++) gate[y] =                                          \
        !SPLIT && is_there ? LOAD(before + y * padded_size) : (vec)0;                                         \
  }
#if GRID
  // A grid has no input, but biases.
#define BEFORE(row) w + at(recurrent, place_step)
#elif NORM
#define BEFORE(row) raw + at((row) * DA_STRIDE, padded_size) + unit
#else
#define BEFORE(row) gates + at((row) * GATES, padded_size) + unit
#endif
  // The cell states before, on their way while the products are computed.
  vec previous[CELL_AXES];
#define LOAD_PREVIOUS(index)                                                                               \
  if ((index) / COLUMN_ITEMS < count && (index) % COLUMN_ITEMS * V < units_left)                           \
    load_previous(previous, first_row + (index) / COLUMN_ITEMS, position, unit / V + (index) % COLUMN_ITEMS, \
                  padded_size, predecessors, c);
  LOAD_BEFORE(item)
  barrier(CLK_LOCAL_MEM_FENCE);
#if DEPTH
  copy_weights(w, place_step, padded_size, units_left, vectors_of_tile);
  WAIT;
  LOAD_PREVIOUS(item)
  add_products_of_depth(sum, h, origin, SOURCES, padded_size, padded_size, row_slice, vectors_of_tile);
#else
  WAIT;
  LOAD_PREVIOUS(item)
  add_products(sum, h, origin, SOURCES, SOURCES, padded_size, padded_size, w, place_step, padded_size,
               units_left, row_slice, vectors_of_tile);
#endif
  keep_sums(sum, vectors_of_tile);
  for (int index = item; index < TILE * COLUMN_ITEMS; index += WG) {
    const int row = first_row + index / COLUMN_ITEMS, column = index % COLUMN_ITEMS * V;
    if (index != item) {
      LOAD_BEFORE(index)
      LOAD_PREVIOUS(index)
    }
    if (index / COLUMN_ITEMS < count && column < units_left) {
#pragma unroll
      for (int y = 0; y < CELL_GATES; y++) gate[y] += kept_sum(vectors_of_tile, y, index);
      forward_row(gate, previous, row, direction, set, position, (unit + column) / V, padded_size, FORWARD_STATE_OF);
    }
  }
  SIGNAL;
}
