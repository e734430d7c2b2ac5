// A tile of a product, computed by a work-group through local memory: on a GPU each load from global memory then serves
// many multiply-adds, and neighbours load neighbours.
//
//   sum[p, y, u] = sum over k of s_p[k] * w[k, y, u]      TILE rows p, VECTORS vectors y, UNITS units u of each
//
// The depth k is taken slice by slice: every item copies its share of the slice to local memory, while it computes from the
// one before. Tiles are always computed whole; rows, units and places of the depth that are not there are zero.
//
// TILE         rows of a tile, ITEM_ROWS of them in each work-item, at distances of TILE / ITEM_ROWS
// UNITS        units of a tile, V of them in each work-item
// VECTORS      vectors of units, all of them in each work-item
// SLICE        places of the depth that are copied at a time; what is left of the group divides them among its items, and
//              kept_sum brings their sums together
// DEPTH        where it is not 0, the whole depth: the weights of all of it fit into local memory, are copied at once, and
//              need not wait for the rows, of which alone there are slices then
// VECTOR_UNITS 0, or UNITS where the vectors are parts of one row of the weights
// WHOLE_WEIGHTS 0 | 1  whether V weights lie at a multiple of V
// WHOLE_PLACES 0 | 1   whether segments of rows, with their padding, and the steps between them are multiples of four elements
// Joined before the kernels tiles_*.cl. Host: MDLSTMOpenCL/Kernels/SharedTile.swift.

#ifndef TILE_PRODUCT_CL
#define TILE_PRODUCT_CL

#if defined(LINT) && !defined(WG)
#define WG 128
#endif
#ifdef LINT
#include "layout.cl"
#endif

#ifndef TILE
#define TILE 16
#define ITEM_ROWS 2
#define SLICE 64
#endif
#ifndef VECTORS
#define VECTORS CELL_GATES
#endif
#ifndef VECTOR_UNITS
#define VECTOR_UNITS 0
#endif
#ifndef WHOLE_WEIGHTS
#define WHOLE_WEIGHTS 1
#endif
#ifndef WHOLE_PLACES
#define WHOLE_PLACES (V % 4 == 0)
#endif
#ifndef DEPTH
#define DEPTH 0
#endif
#if DEPTH && !WHOLE_PLACES
#error "expected places in fours where the weights of the whole depth are kept"
#endif
#ifndef UNITS
#define UNITS 16
#endif

typedef JOIN(REAL_TYPE, 4) quad;

// Items of a group along units and rows, and the parts that the others divide the depth into.
#define COLUMN_ITEMS (UNITS / V)
#define ROW_ITEMS (TILE / ITEM_ROWS)
#define PARTS (WG / (COLUMN_ITEMS * ROW_ITEMS))

// Quads of a row's slice, those of one item's part, and from one row to the next: not a power of two, for the banks.
#define SLICE_QUADS (SLICE / 4)
#define PART_QUADS (SLICE_QUADS / PARTS)
#define ROW_STEP (SLICE_QUADS + 1)

#define SLICE_VECTORS ((DEPTH ? DEPTH : SLICE) * VECTORS * COLUMN_ITEMS)
#define SUM_VECTORS (PARTS * TILE * VECTORS * COLUMN_ITEMS)

// Local memory of a group: the rows' slice; the weights', in their place later the parts of the sums.
#define TILE_MEMORY                       \
  __local quad row_slice[TILE * ROW_STEP]; \
  __local vec vectors_of_tile[SLICE_VECTORS > SUM_VECTORS ? SLICE_VECTORS : SUM_VECTORS]

static inline real lane(quad x, int j) { return j == 0 ? x.s0 : j == 1 ? x.s1 : j == 2 ? x.s2 : x.s3; }

#if WHOLE_WEIGHTS
#define LOAD_WEIGHTS(p) LOAD(p)
#else
#define LOAD_WEIGHTS(p) LOAD_ANYWHERE(p)
#endif

// The rows of a slice that are copied at a time, and how often an item copies of rows and weights.
#define COPIED_ROWS (WG / SLICE_QUADS)
#define ROW_LOADS ((TILE + COPIED_ROWS - 1) / COPIED_ROWS)
#define WEIGHT_LOADS ((SLICE_VECTORS + WG - 1) / WG)

// The four places of a row's slice that an item copies: four in a row where they can be loaded at once; else neighbours copy
// neighbours, and an item every SLICE_QUADS-th.
#define FIRST_PLACE(item) ((item) % SLICE_QUADS * (WHOLE_PLACES ? 4 : 1))

// These places, from p on, of which those below `count` are there.
static inline quad load_places(const __global real *p, int count) {
#if WHOLE_PLACES
  return count > 0 ? *(const __global quad *)p : (quad)0;
#else
#define PLACE(j) (count > (j) * SLICE_QUADS ? p[(j) * SLICE_QUADS] : (real)0)
  return (quad)(PLACE(0), PLACE(1), PLACE(2), PLACE(3));
#undef PLACE
#endif
}

// Copies what an item has loaded of a slice of the rows to local memory: the same four places of some of them.
static inline ALWAYS void keep_rows(const quad *loaded, __local quad *row_slice) {
  const int item = (int)get_local_id(0);
#pragma unroll
  for (int q = 0; q < ROW_LOADS; q++) {
    const int r = item / SLICE_QUADS + q * COPIED_ROWS;
    if (TILE % COPIED_ROWS == 0 || r < TILE) {
#if WHOLE_PLACES
      row_slice[r * ROW_STEP + item % SLICE_QUADS] = loaded[q];
#else
      __local real *places = (__local real *)(row_slice + r * ROW_STEP) + item % SLICE_QUADS;
#pragma unroll
      for (int j = 0; j < 4; j++) places[j * SLICE_QUADS] = lane(loaded[q], j);
#endif
    }
  }
}

// Adds to the sums of an item the products over four places: quad q of its rows, from `row` on, and the weights of these
// places at its column.
static inline ALWAYS void add_four(vec (*sum)[VECTORS], const __local quad *row_slice, int row, int q,
                                   const __local vec *weights) {
  quad values[ITEM_ROWS];
#pragma unroll
  for (int r = 0; r < ITEM_ROWS; r++) values[r] = row_slice[(row + r * ROW_ITEMS) * ROW_STEP + q];
#pragma unroll
  for (int j = 0; j < 4; j++) {
#pragma unroll
    for (int y = 0; y < VECTORS; y++) {
      const vec weight = weights[(j * VECTORS + y) * COLUMN_ITEMS];
#pragma unroll
      for (int r = 0; r < ITEM_ROWS; r++) sum[r][y] += lane(values[r], j) * weight;
    }
  }
}

#if DEPTH
// Copies the weights of the whole depth: w[place * place_step + y * vector_step + unit].
static inline ALWAYS void copy_weights(const __global real *w, int place_step, int vector_step, int units,
                                       __local vec *weights) {
  for (int index = (int)get_local_id(0); index < SLICE_VECTORS; index += WG) {
    const int unit = index % COLUMN_ITEMS * V, y = index / COLUMN_ITEMS % VECTORS;
    const int place = index / (COLUMN_ITEMS * VECTORS);
    weights[index] = unit < units ? LOAD_WEIGHTS(w + at(place, place_step) + y * vector_step + unit) : (vec)0;
  }
}

// Adds to the sums of this item the products over the whole depth, of which the weights are there. Other arguments as in
// add_products, whose places are whole here.
static inline ALWAYS void add_products_of_depth(vec (*sum)[VECTORS], const __global real *source,
                                                const __local int *origins, int stride, int step, int segment,
                                                __local quad *row_slice, const __local vec *weights) {
  const int item = (int)get_local_id(0);
  const int column = item % COLUMN_ITEMS, row = item / COLUMN_ITEMS % ROW_ITEMS;
  const int part = item / (COLUMN_ITEMS * ROW_ITEMS);
  quad next_rows[ROW_LOADS];
  // The slice from place k on, the segments taken as one row.
#define LOAD_ROWS(k)                                                                                            \
  _Pragma("unroll") for (int q = 0; q < ROW_LOADS; q++) {                                                       \
    const int r = item / SLICE_QUADS + q * COPIED_ROWS, place = (k) + item % SLICE_QUADS * 4;                   \
    next_rows[q] = (quad)0;                                                                                     \
    if ((TILE % COPIED_ROWS == 0 || r < TILE) && place < DEPTH && origins[r * stride] >= 0)                     \
      next_rows[q] = load_places(source + at(origins[r * stride + place / segment], step) + place % segment,    \
                                 DEPTH - place);                                                                \
  }
  LOAD_ROWS(0)
  for (int k = 0; k < DEPTH; k += SLICE) {
    keep_rows(next_rows, row_slice);
    barrier(CLK_LOCAL_MEM_FENCE);
    if (k + SLICE < DEPTH) LOAD_ROWS(k + SLICE)
    // Parts lie side by side, so that what is left of the depth is shared too.
    const int quads = min(SLICE, DEPTH - k) / 4;
#pragma unroll 2
    for (int q = part; q < quads; q += PARTS)
      add_four(sum, row_slice, row, q, weights + (k + q * 4) * (VECTORS * COLUMN_ITEMS) + column);
    barrier(CLK_LOCAL_MEM_FENCE);
  }
#undef LOAD_ROWS
}
#endif

// Adds to the sums of this item the products over all places of `segments` segments of `segment` elements.
//
// sum [ITEM_ROWS][VECTORS]. Segment t of row r begins at `step` times origins[r * stride + t] in `source`; where that is
// negative, there is no row.
// w[place * place_step + y * vector_step + unit]; `units` are left from the first of the tile on.
static inline ALWAYS void add_products(vec (*sum)[VECTORS], const __global real *source, const __local int *origins,
                                       int stride, int segments, int step, int segment, const __global real *w,
                                       int place_step, int vector_step, int units,
                                       __local quad *row_slice, __local vec *weight_slice) {
  const int item = (int)get_local_id(0);
  const int column = item % COLUMN_ITEMS, row = item / COLUMN_ITEMS % ROW_ITEMS;
  const int part = item / (COLUMN_ITEMS * ROW_ITEMS);
  // What this item copies: the same four places of some rows, and some vectors of the weights.
  const int own_place = FIRST_PLACE(item), own_row = item / SLICE_QUADS;
  const __global real *from[ROW_LOADS];
  int there[ROW_LOADS], weight_place[WEIGHT_LOADS], weight_offset[WEIGHT_LOADS];
  quad next_rows[ROW_LOADS];
  vec next_weights[WEIGHT_LOADS];
#pragma unroll
  for (int q = 0; q < WEIGHT_LOADS; q++) {
    const int index = q * WG + item;
    const int unit = index % COLUMN_ITEMS * V, y = index / COLUMN_ITEMS % VECTORS;
    const int place = index / (COLUMN_ITEMS * VECTORS);
    bool is_unit = y * VECTOR_UNITS + unit < units;
    if (SLICE_VECTORS % WG != 0) is_unit = is_unit && index < SLICE_VECTORS;
    // Beyond every segment where there is no unit.
    weight_place[q] = is_unit ? place : segment;
    weight_offset[q] = place * place_step + y * vector_step + unit;
  }
  int t = 0, k = 0;
#define FIND_ROWS                                                                           \
  _Pragma("unroll") for (int q = 0; q < ROW_LOADS; q++) {                                   \
    const int r = own_row + q * COPIED_ROWS;                                                \
    const int origin = TILE % COPIED_ROWS == 0 || r < TILE ? origins[r * stride + t] : -1;  \
    there[q] = origin < 0 ? 0 : segment - own_place;                                        \
    from[q] = source + at(max(origin, 0), step) + own_place;                                \
  }
#define LOAD_SLICE                                                                          \
  {                                                                                         \
    const __global real *weights = w + at(t * segment + k, place_step);                     \
    _Pragma("unroll") for (int q = 0; q < ROW_LOADS; q++) next_rows[q] =                    \
        load_places(from[q] + k, there[q] - k);                                             \
    _Pragma("unroll") for (int q = 0; q < WEIGHT_LOADS; q++) next_weights[q] =              \
        weight_place[q] < segment - k ? LOAD_WEIGHTS(weights + weight_offset[q]) : (vec)0;  \
  }
  FIND_ROWS
  LOAD_SLICE
  const int slices = (segment + SLICE - 1) / SLICE * segments;
  for (int slice = 0; slice < slices; slice++) {
    keep_rows(next_rows, row_slice);
#pragma unroll
    for (int q = 0; q < WEIGHT_LOADS; q++) {
      const int index = q * WG + item;
      if (SLICE_VECTORS % WG == 0 || index < SLICE_VECTORS) weight_slice[index] = next_weights[q];
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    // The next slice is on its way while this one is computed.
    if (slice + 1 < slices) {
      k += SLICE;
      if (k >= segment) {
        k = 0;
        t++;
        FIND_ROWS
      }
      LOAD_SLICE
    }
#pragma unroll
    for (int p = 0; p < PART_QUADS; p++) {
      const int q = part * PART_QUADS + p;
      add_four(sum, row_slice, row, q, weight_slice + q * 4 * (VECTORS * COLUMN_ITEMS) + column);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }
#undef FIND_ROWS
#undef LOAD_SLICE
}

static inline ALWAYS void clear_sums(vec (*sum)[VECTORS]) {
#pragma unroll
  for (int r = 0; r < ITEM_ROWS; r++) {
#pragma unroll
    for (int y = 0; y < VECTORS; y++) sum[r][y] = (vec)0;
  }
}

// Leaves the sums of all parts in local memory; no item may still read a slice.
static inline ALWAYS void keep_sums(vec (*sum)[VECTORS], __local vec *sums) {
  const int item = (int)get_local_id(0);
  const int column = item % COLUMN_ITEMS, row = item / COLUMN_ITEMS % ROW_ITEMS;
  const int part = item / (COLUMN_ITEMS * ROW_ITEMS);
#pragma unroll
  for (int r = 0; r < ITEM_ROWS; r++) {
#pragma unroll
    for (int y = 0; y < VECTORS; y++)
      sums[((part * VECTORS + y) * TILE + row + r * ROW_ITEMS) * COLUMN_ITEMS + column] = sum[r][y];
  }
  barrier(CLK_LOCAL_MEM_FENCE);
}

// The sum of all parts, in their order, at vector y of place `index` of the tile: row index / COLUMN_ITEMS.
static inline ALWAYS vec kept_sum(const __local vec *sums, int y, int index) {
  vec total = sums[y * TILE * COLUMN_ITEMS + index];
#pragma unroll
  for (int part = 1; part < PARTS; part++) total += sums[(part * VECTORS + y) * TILE * COLUMN_ITEMS + index];
  return total;
}

#endif
