// Gradients of all weights of a layer as one product over its rows, the predecessors gathered on the way.
//
//   out[m, y, j] = sum over rows p of z_p[m] * da_p[y, j],   z = [x_p ; s_1 ; .. ; s_T ; 1]
//
//   order        [S, R/S]                 in, the rows of each set
//   sites [R], predecessors [R, N]        in (predecessors unused when AXES is 0, a dense layer)
//   x            [sites, I]               in
//   h            [R + 1 + Q, FEEDBACK, HP] in, the sources s_t of layout.cl; unused when AXES is 0
//   one          [1]                      in, the number 1: what the bias multiplies
//   da           [R + 1, DA_STRIDE, HP]   in
//   partial      [chunks, S, N', HP/V, K, G', V]  out, as the packed weights: sums over each chunk's rows, in order;
//                                         sum_partials adds the chunks
//
// z is cut into tiles of nearly equal height, up to ROWS values, which do not cross from input to source to bias. A
// work-item sums all tiles of one chunk and block of units, strip after strip of rows, which stay in the core's cache for all
// of them. For processors: elsewhere tiles_weights.cl is in its place.
// PACKED 0 | 1  copies da of a strip: rows of a large H often lie a power of two apart, and a cache keeps few such lines.
// ND-range: (HP/V * N' * chunks, S) work-items, the block of units fastest.
// Host: MDLSTMOpenCL/Recurrent/WeightGradient.swift. Test: LayerParityTests, OperationParityTests.

#ifdef LINT
#include "weight_products.cl"
#endif

// Rows of a strip.
#if PACKED
#define STRIP 32
#else
#define STRIP 64
#endif

// Asks for what a strip reads of one row: its gradients at the block, its input and sources. Strides of rows and gates are
// too long for a processor to foresee.
static inline void ask_for_row(int row, int position, int block, int input_size, int padded_size,
                               const __global int *restrict sites, const __global int *restrict predecessors,
                               const __global real *restrict x, const __global real *restrict h,
                               const __global real *restrict da) {
  const __global real *values = da + at(row * DA_STRIDE + position * CELL_GATES, padded_size) + block * V;
  for (int y = 0; y < CELL_GATES; y++) {
    ask_for(values + y * padded_size, V);
    if (DA_RECURRENT > 0) ask_for(values + (DA_RECURRENT + y) * padded_size, V);
  }
  if (!GRID) ask_for(x + at(sites[row], input_size), input_size);
  for (int t = 0; t < SOURCES; t++)
    ask_for(h + at(source_vector(t, row, position, predecessors), padded_size), padded_size);
}

KERNEL void weight_gradient(const int rows_per_set, const int rows_per_chunk, const int chunks,
                            const int input_size, const int padded_size, const __global int *restrict order,
                            const __global int *restrict sites, const __global int *restrict predecessors,
                            const __global real *restrict x, const __global real *restrict h,
                            const __global real *restrict one, const __global real *restrict da,
                            __global real *restrict partial) {
  const int blocks = padded_size / V;
  const int input_tiles = tile_count(input_size), source_tiles = tile_count(padded_size);
  const int tiles = input_tiles + SOURCES * source_tiles + 1;
  const int item = (int)get_global_id(0);
  const int set = (int)get_global_id(1);
  const int block = item % blocks;
  const int position = item / blocks % POSITIONS;
  const int chunk = item / blocks / POSITIONS;
  if (chunk >= chunks) return;

  const int depth = input_size + SOURCES * padded_size + 1;
  const int blocks_before = ((chunk * (int)get_global_size(1) + set) * POSITIONS + position) * blocks + block;
  __global real *sums = partial + at(blocks_before, depth) * (CELL_GATES * V);
  const __global int *own = order + at(set, rows_per_set);
  const int last = min((chunk + 1) * rows_per_chunk, rows_per_set);
  for (int begin = chunk * rows_per_chunk; begin < last; begin += STRIP) {
    const int count = min(STRIP, last - begin);
    const __global real *z[STRIP];
    const GRADIENT_SPACE real *gradient[STRIP];
#if PACKED
    vec packed[STRIP][CELL_GATES];
#endif
    // The source whose rows are in z, -1 the input, SOURCES the bias; and the first of the gates in gradient.
    int loaded = -2, loaded_gate = -1;
    for (int tile = 0; tile < tiles; tile++) {
      // With every tile some rows of the next strip.
      if (ASKS) {
        const int ahead = begin + STRIP, left = max(0, min(STRIP, last - ahead));
        const int end_ahead = ahead + left * (tile + 1) / tiles;
        for (int p = ahead + left * tile / tiles; p < end_ahead; p++)
          ask_for_row(own[p], position, block, input_size, padded_size, sites, predecessors, x, h, da);
      }
      // The source of the tile, where the tile begins in it, its extent and its place in K.
      const bool from_input = tile < input_tiles;
      const int t = from_input ? -1 : (tile - input_tiles) / source_tiles;
      const int extent = from_input ? input_size : t < SOURCES ? padded_size : 1;
      const int place = from_input ? 0 : input_size + t * padded_size;
      if (t != loaded) {
        for (int q = 0; q < count; q++) {
          const int row = own[begin + q];
          z[q] = from_input    ? x + at(sites[row], input_size)
                 : t < SOURCES ? h + at(source_vector(t, row, position, predecessors), padded_size)
                               : one;
        }
        loaded = t;
      }
      const int first_gate = position * CELL_GATES + (t >= 0 && t < SOURCES ? DA_RECURRENT : 0);
      if (first_gate != loaded_gate) {
        for (int q = 0; q < count; q++) {
          const __global real *values = da + at(own[begin + q] * DA_STRIDE + first_gate, padded_size) + block * V;
#if PACKED
          for (int y = 0; y < CELL_GATES; y++) packed[q][y] = LOAD(values + y * padded_size);
          gradient[q] = (const real *)packed[q];
#else
          gradient[q] = values;
#endif
        }
        loaded_gate = first_gate;
      }
      // The tile among those of its source.
      const int parts = from_input ? input_tiles : t < SOURCES ? source_tiles : 1;
      const int part = from_input ? tile : t < SOURCES ? (tile - input_tiles) % source_tiles : 0;
      const int start = tile_start(part, parts, extent);
      const bool first = begin == chunk * rows_per_chunk;
#define HEIGHT(r)                                                                                            \
  case r:                                                                                                    \
    weight_products_##r(count, z, gradient, start, PACKED ? V : padded_size, first,                          \
                        sums + (place + start) * (CELL_GATES * V));                                          \
    break;
      switch (tile_start(part + 1, parts, extent) - start) { FOR_EACH_HEIGHT(HEIGHT) }
#undef HEIGHT
    }
  }
}
