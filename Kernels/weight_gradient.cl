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
// ND-range: (HP/V * tiles * N' * chunks, S) work-items, the block of units fastest, then the tile of DEPTH values of m,
// the chunk slowest so that its rows stay in cache. Tiles do not cross from input to source to bias.
// Host: MDLSTMOpenCL/Recurrent/WeightGradient.swift. Test: LayerParityTests, OperationParityTests.

#ifdef LINT
#include "layout.cl"
#endif

// Values of m one work-item sums side by side, times G gates of V units.
#ifndef DEPTH
#define DEPTH 4
#endif

KERNEL void weight_gradient(const int rows_per_set, const int rows_per_chunk, const int chunks,
                            const int input_size, const int padded_size, const __global int *restrict order,
                            const __global int *restrict sites, const __global int *restrict predecessors,
                            const __global real *restrict x, const __global real *restrict h,
                            const __global real *restrict one, const __global real *restrict da,
                            __global real *restrict partial) {
  const int blocks = padded_size / V;
  const int input_tiles = (input_size + DEPTH - 1) / DEPTH;
  const int source_tiles = (padded_size + DEPTH - 1) / DEPTH;
  const int tiles = input_tiles + SOURCES * source_tiles + 1;
  const int item = (int)get_global_id(0);
  const int set = (int)get_global_id(1);
  const int block = item % blocks;
  const int tile = item / blocks % tiles;
  const int position = item / blocks / tiles % POSITIONS;
  const int chunk = item / blocks / tiles / POSITIONS;
  if (chunk >= chunks) return;

  // The part of z this tile lies in: its extent, the tile's start in it and its place in K.
  const bool from_input = tile < input_tiles, from_source = !from_input && tile < tiles - 1;
  const int t = (tile - input_tiles) / source_tiles;
  int extent = 1, start = 0, place = input_size + SOURCES * padded_size;
  if (from_input) extent = input_size, start = tile * DEPTH, place = 0;
  if (from_source) {
    extent = padded_size, start = (tile - input_tiles) % source_tiles * DEPTH;
    place = input_size + t * padded_size;
  }
  const int first_gate = position * CELL_GATES + (from_source ? DA_RECURRENT : 0);
  int column[DEPTH];
  vec sum[DEPTH][CELL_GATES];
#pragma unroll
  for (int m = 0; m < DEPTH; m++) {
    column[m] = min(start + m, extent - 1);
#pragma unroll
    for (int y = 0; y < CELL_GATES; y++) sum[m][y] = (vec)0;
  }

  const int last = min((chunk + 1) * rows_per_chunk, rows_per_set);
  for (int q = chunk * rows_per_chunk; q < last; q++) {
    const int row = order[at(set, rows_per_set) + q];
    const __global real *z = one;
    if (from_input) z = x + at(sites[row], input_size);
    if (from_source) z = h + at(source_vector(t, row, position, predecessors), padded_size);
    const __global real *own = da + at(row * DA_STRIDE + first_gate, padded_size) + block * V;
    real factor[DEPTH];
#pragma unroll
    for (int m = 0; m < DEPTH; m++) factor[m] = z[column[m]];
#pragma unroll
    for (int y = 0; y < CELL_GATES; y++) {
      const vec gradient = LOAD(own + y * padded_size);
#pragma unroll
      for (int m = 0; m < DEPTH; m++) sum[m][y] += factor[m] * gradient;
    }
  }

  const int depth = input_size + SOURCES * padded_size + 1;
  const int blocks_before = ((chunk * (int)get_global_size(1) + set) * POSITIONS + position) * blocks + block;
#pragma unroll
  for (int m = 0; m < DEPTH; m++) {
    if (start + m < extent) {
      __global real *target = partial + (at(blocks_before, depth) + place + start + m) * (CELL_GATES * V);
#pragma unroll
      for (int y = 0; y < CELL_GATES; y++) STORE(sum[m][y], target + y * V);
    }
  }
}
