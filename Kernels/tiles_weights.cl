// Gradients of all weights of a layer as one product over its rows, a work-group a tile of it in local memory.
//
//   out[m, c] = sum over rows p of z_p[m] * da_p[c],   z = [s_1 ; .. ; s_T ; x_p ; 1], c over gates and units
//
// Buffers as in weight_gradient.cl, but
//
//   partial      [chunks, S, N', K, G', HP]  out, as the packed weights of tiles_forward.cl, whose K begins with x
//
// The sources come first here, so that four of their places at a time lie together. With SPLIT the input's part has
// gradients of its own, and tiles do not cross to it. Indices of a slice's rows are read two slices ahead, what they lead to
// one ahead.
//
// DEPTH_TILE   values of z in a tile, and COLUMN_TILE columns; ROW_SLICE rows that are copied at a time
// WHOLE_INPUT 0 | 1  whether I is a multiple of four
// ND-range: (column tiles * depth tiles * N' * chunks, S) groups of WG, the tile of columns fastest.
// Host: MDLSTMOpenCL/Recurrent/Ways/SharedTiles.swift, MDLSTMOpenCL/Model/Stages/Dense.swift. Test: DeviceShapeTests.

#if defined(LINT) && !defined(WG)
#define WG 128
#endif
#ifdef LINT
#include "layout.cl"
#endif

#ifndef WHOLE_INPUT
#define WHOLE_INPUT 0
#endif
#define DEPTH_TILE 64
// A vector of 16 has no more than four items of a row of the tile otherwise.
#define COLUMN_TILE (V == 16 ? 128 : 64)
#define ROW_SLICE 16

typedef JOIN(REAL_TYPE, 4) four;

// Items along the columns, V in each, and along the depth, fours in each.
#define COLUMN_ITEMS (COLUMN_TILE / V)
#define DEPTH_ITEMS (WG / COLUMN_ITEMS)
#define DEPTH_FOURS (DEPTH_TILE / 4)
#define ITEM_FOURS (DEPTH_FOURS / DEPTH_ITEMS)

// Every item copies the same fours of all its rows of a slice, and the same vectors.
#define Z_ROWS (WG / DEPTH_FOURS)
#define Z_LOADS (ROW_SLICE / Z_ROWS)
#define DA_ROWS (WG / COLUMN_ITEMS)
#define DA_LOADS ((ROW_SLICE + DA_ROWS - 1) / DA_ROWS)

// What a place of z is of its row.
typedef struct {
  // The source, SOURCES for the input, SOURCES + 1 for the bias, more for none; and the place in it.
  int source, place;
} depth_place;

static inline depth_place place_of(int d, int input_size, int padded_size) {
  const int recurrent = SOURCES * padded_size;
  depth_place p;
  p.source = d < recurrent                ? d / padded_size
             : d < recurrent + input_size ? SOURCES
                                          : d - recurrent - input_size + SOURCES + 1;
  p.place = d < recurrent ? d % padded_size : d - recurrent;
  return p;
}

// Where the row's values of a source begin.
static inline long z_begin(depth_place p, int row, int position, int input_size, int padded_size,
                           const __global int *sites, const __global int *predecessors) {
  return p.source < SOURCES    ? at(source_vector(p.source, row, position, predecessors), padded_size)
         : p.source == SOURCES ? at(sites[row], input_size)
                               : 0;
}

static inline real z_value(depth_place p, long begin, const __global real *x, const __global real *h) {
  return p.source < SOURCES    ? h[begin + p.place]
         : p.source == SOURCES ? x[begin + p.place]
                               : p.source == SOURCES + 1 ? (real)1 : (real)0;
}

// Four places of z of a row from place d on; zero where the row is -1. whole: whether they lie together.
static inline four z_four(int row, int d, depth_place first, bool whole, int position, int input_size, int padded_size,
                          const __global int *sites, const __global int *predecessors, const __global real *x,
                          const __global real *h) {
  if (row < 0) return (four)0;
  if (whole) {
    const long begin = z_begin(first, row, position, input_size, padded_size, sites, predecessors);
    return *(const __global four *)((first.source < SOURCES ? h : x) + begin + first.place);
  }
  real lanes[4];
#pragma unroll
  for (int j = 0; j < 4; j++) {
    const depth_place p = place_of(d + j, input_size, padded_size);
    lanes[j] = z_value(p, z_begin(p, row, position, input_size, padded_size, sites, predecessors), x, h);
  }
  return (four)(lanes[0], lanes[1], lanes[2], lanes[3]);
}

KERNEL void tiles_weights(const int rows_per_set, const int rows_per_chunk, const int chunks, const int input_size,
                          const int padded_size, const __global int *restrict order, const __global int *restrict sites,
                          const __global int *restrict predecessors, const __global real *restrict x,
                          const __global real *restrict h, const __global real *restrict da,
                          __global real *restrict partial) {
  __local four z[ROW_SLICE * DEPTH_FOURS];
  __local vec gradient[ROW_SLICE * COLUMN_ITEMS];
  const int item = (int)get_local_id(0), group = (int)get_group_id(0), set = (int)get_global_id(1);
  const int columns = CELL_GATES * padded_size, recurrent = SOURCES * padded_size;
  const int depth = recurrent + input_size + 1;
  const int source_tiles = ((SPLIT ? recurrent : depth) + DEPTH_TILE - 1) / DEPTH_TILE;
  const int depth_tiles = source_tiles + (SPLIT ? (input_size + DEPTH_TILE - 1) / DEPTH_TILE : 0);
  const int column_tiles = (columns + COLUMN_TILE - 1) / COLUMN_TILE;
  const int first_column = group % column_tiles * COLUMN_TILE;
  const int tile = group / column_tiles % depth_tiles, position = group / (column_tiles * depth_tiles) % POSITIONS;
  const int chunk = group / (column_tiles * depth_tiles * POSITIONS);
  const bool of_input = tile >= source_tiles;
  const int first_depth = of_input ? recurrent + (tile - source_tiles) * DEPTH_TILE : tile * DEPTH_TILE;
  const int end_depth = SPLIT ? (of_input ? recurrent + input_size : recurrent) : depth;
  const int first_gate = position * CELL_GATES + (of_input ? 0 : DA_RECURRENT);

  // What this item copies: fours of z at one place, and vectors of gradients at one column.
  const int own_depth = first_depth + item % DEPTH_FOURS * 4, own_z_row = item / DEPTH_FOURS;
  const int own_column = first_column + item % COLUMN_ITEMS * V, own_da_row = item / COLUMN_ITEMS;
  const bool has_column = own_column < columns;
  const depth_place first_place = place_of(own_depth, input_size, padded_size);
  const bool of_source = first_place.source < SOURCES;
  const bool whole = V % 4 == 0 && (WHOLE_INPUT != 0 ? first_place.source <= SOURCES : of_source);

  const __global int *own = order + at(set, rows_per_set);
  const int begin = chunk * rows_per_chunk, end = min(begin + rows_per_chunk, rows_per_set);
  four next_z[Z_LOADS];
  vec next_da[DA_LOADS];
  int z_row[Z_LOADS], da_row[DA_LOADS];
#pragma unroll
  for (int q = 0; q < Z_LOADS; q++) {
    const int p = begin + q * Z_ROWS + own_z_row;
    z_row[q] = p < end ? own[p] : -1;
  }
#pragma unroll
  for (int q = 0; q < DA_LOADS; q++) {
    const int p = begin + q * DA_ROWS + own_da_row;
    da_row[q] = p < end && has_column ? own[p] : -1;
  }
  vec sum[ITEM_FOURS][4];
#pragma unroll
  for (int f = 0; f < ITEM_FOURS; f++) {
#pragma unroll
    for (int j = 0; j < 4; j++) sum[f][j] = (vec)0;
  }
  const int column_item = item % COLUMN_ITEMS, depth_item = item / COLUMN_ITEMS;
  // What the rows at hand lead to, for the slice from row p on, and the indices of those after them.
#define LOAD_SLICE(p)                                                                                             \
  _Pragma("unroll") for (int q = 0; q < Z_LOADS; q++) {                                                           \
    const int after = (p) + ROW_SLICE + q * Z_ROWS + own_z_row;                                                   \
    next_z[q] = z_four(z_row[q], own_depth, first_place, whole, position, input_size, padded_size, sites,         \
                       predecessors, x, h);                                                                       \
    z_row[q] = after < end ? own[after] : -1;                                                                     \
  }                                                                                                               \
  _Pragma("unroll") for (int q = 0; q < DA_LOADS; q++) {                                                          \
    const int row = da_row[q], after = (p) + ROW_SLICE + q * DA_ROWS + own_da_row;                                \
    next_da[q] = row < 0 ? (vec)0                                                                                 \
                         : LOAD(da + at(row * DA_STRIDE + first_gate, padded_size) + own_column);                 \
    da_row[q] = after < end && has_column ? own[after] : -1;                                                      \
  }
  LOAD_SLICE(begin)
  for (int p = begin; p < end; p += ROW_SLICE) {
#pragma unroll
    for (int q = 0; q < Z_LOADS; q++) z[(q * Z_ROWS + own_z_row) * DEPTH_FOURS + item % DEPTH_FOURS] = next_z[q];
#pragma unroll
    for (int q = 0; q < DA_LOADS; q++) {
      const int r = q * DA_ROWS + own_da_row;
      if (ROW_SLICE % DA_ROWS == 0 || r < ROW_SLICE) gradient[r * COLUMN_ITEMS + column_item] = next_da[q];
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    LOAD_SLICE(p + ROW_SLICE)
#pragma unroll 4
    for (int r = 0; r < ROW_SLICE; r++) {
      const vec value = gradient[r * COLUMN_ITEMS + column_item];
#pragma unroll
      for (int f = 0; f < ITEM_FOURS; f++) {
        const four factor = z[r * DEPTH_FOURS + depth_item * ITEM_FOURS + f];
        sum[f][0] += factor.s0 * value;
        sum[f][1] += factor.s1 * value;
        sum[f][2] += factor.s2 * value;
        sum[f][3] += factor.s3 * value;
      }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }
#undef LOAD_SLICE
  if (!has_column) return;
  __global real *out = partial + at(((chunk * (int)get_global_size(1) + set) * POSITIONS + position) * depth, columns) +
                       own_column;
#pragma unroll
  for (int f = 0; f < ITEM_FOURS; f++) {
#pragma unroll
    for (int j = 0; j < 4; j++) {
      const int d = first_depth + (depth_item * ITEM_FOURS + f) * 4 + j;
      const int place = d < recurrent ? input_size + d : d < recurrent + input_size ? d - recurrent : d;
      if (d < end_depth) STORE(sum[f][j], out + at(place, columns));
    }
  }
}
