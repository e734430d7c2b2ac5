// Gradients of all weights of a layer as one product over its rows, the predecessors gathered on the way.
//
//   out[m, y, j] = sum over rows p of z_p[m] * da_p[y, j],   z = [x_p ; h_(p-1) ; .. ; h_(p-N) ; 1]
//
//   order        [S, R/S]                 in, the rows of each set
//   sites [R], predecessors [R, N]        in (predecessors unused when AXES is 0, a dense layer)
//   x            [sites, I]               in
//   h            [R + 1 + Q, HP]          in, unused when AXES is 0
//   one          [1]                      in, the number 1: what the bias multiplies
//   gates        [R + 1, G, HP]           in, da
//   partial      [chunks, S, K, G*HP]     out, sums over each chunk's rows, in order; unpack_gradient adds the chunks
//
// ND-range: (HP/V * tiles * chunks, S) work-items, the block of units fastest, then the tile of DEPTH values of m,
// the chunk slowest so that its rows stay in cache. Tiles do not cross from input to axis to bias.
// Host: MDLSTMOpenCL/Recurrent/WeightGradient.swift. Test: LayerParityTests, OperationParityTests.

#ifdef LINT
#include "common.cl"
#endif

// Values of m one work-item sums side by side, times G gates of V units.
#ifndef DEPTH
#define DEPTH 4
#endif

KERNEL void weight_gradient(const int rows_per_set, const int rows_per_chunk, const int chunks,
                            const int input_size, const int padded_size, const __global int *restrict order,
                            const __global int *restrict sites, const __global int *restrict predecessors,
                            const __global real *restrict x, const __global real *restrict h,
                            const __global real *restrict one, const __global real *restrict gates,
                            __global real *restrict partial) {
  const int blocks = padded_size / V;
  const int input_tiles = (input_size + DEPTH - 1) / DEPTH;
  const int axis_tiles = (padded_size + DEPTH - 1) / DEPTH;
  const int tiles = input_tiles + AXES * axis_tiles + 1;
  const int item = (int)get_global_id(0);
  const int set = (int)get_global_id(1);
  const int block = item % blocks;
  const int tile = item / blocks % tiles;
  const int chunk = item / blocks / tiles;
  if (chunk >= chunks) return;

  // The part of z this tile lies in: its base, row stride, index of the row in it, extent and place in K.
  const __global real *base = one;
  const __global int *index = sites;
  int stride = 0, index_stride = 0, extent = 1, start = 0, place = input_size + AXES * padded_size;
  if (tile < input_tiles) {
    base = x, stride = input_size, index_stride = 1;
    extent = input_size, start = tile * DEPTH, place = 0;
  } else if (tile < tiles - 1) {
    const int axis = (tile - input_tiles) / axis_tiles;
    base = h, stride = padded_size, index_stride = AXES, index = predecessors + axis;
    extent = padded_size, start = (tile - input_tiles) % axis_tiles * DEPTH;
    place = input_size + axis * padded_size;
  }
  int column[DEPTH];
  vec sum[DEPTH][GATES];
#pragma unroll
  for (int m = 0; m < DEPTH; m++) {
    column[m] = min(start + m, extent - 1);
#pragma unroll
    for (int y = 0; y < GATES; y++) sum[m][y] = (vec)0;
  }

  const int last = min((chunk + 1) * rows_per_chunk, rows_per_set);
  for (int q = chunk * rows_per_chunk; q < last; q++) {
    const int row = order[at(set, rows_per_set) + q];
    const __global real *z = base + at(index[at(row, index_stride)], stride);
    const __global real *da = gates + at(row, GATES * padded_size) + block * V;
    real factor[DEPTH];
#pragma unroll
    for (int m = 0; m < DEPTH; m++) factor[m] = z[column[m]];
#pragma unroll
    for (int y = 0; y < GATES; y++) {
      const vec gradient = LOAD(da + y * padded_size);
#pragma unroll
      for (int m = 0; m < DEPTH; m++) sum[m][y] += factor[m] * gradient;
    }
  }

  const int depth = input_size + AXES * padded_size + 1;
#pragma unroll
  for (int m = 0; m < DEPTH; m++) {
    if (start + m < extent) {
      const int target = (chunk * (int)get_global_size(1) + set) * depth + place + start + m;
#pragma unroll
      for (int y = 0; y < GATES; y++)
        STORE(sum[m][y], partial + at(target, GATES * padded_size) + y * padded_size + block * V);
    }
  }
}
