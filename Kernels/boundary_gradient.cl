// Gradients by the states that entered the grid along one axis: V hidden units of one boundary row.
//
//   dh = U_k^T da_q,  dc = e_k of q,  q the one row whose predecessor this state was.
//
//   packed       [S, HP/W, N*G*HP, W]     in, from pack_backward with blocks of W, a multiple of V
//   successors   [R + 1 + Q, N]           in
//   gates        [R + 1, G, HP]           in, da of every row; row R is zero
//   handed       [R + 1, N, HP]           in, e_k of every row; row R is zero
//   dh, dc       [S, B, face, H]          out
//
// ND-range: HP/V * count work-items, the block of units fastest. Sums run gate by gate over the hidden units.
// Host: MDLSTMOpenCL/Recurrent/RecurrentBackward.swift. Test: LayerParityTests.

#ifdef LINT
#include "common.cl"
#endif

// `first` is the axis's first boundary row, `count` their number, `per_set` those of one set.
KERNEL void boundary_gradient(const int axis, const int first, const int count, const int per_set,
                              const int hidden_size, const int padded_size, const int pack_width,
                              const __global real *restrict packed, const __global int *restrict successors,
                              const __global real *restrict gates, const __global real *restrict handed,
                              __global real *restrict dh, __global real *restrict dc) {
  const int blocks = padded_size / V;
  const int item = (int)get_global_id(0);
  const int block = item % blocks;
  const int index = item / blocks;
  if (index >= count) return;

  const int set = index / per_set;
  const int width = GATES * padded_size;
  const int successor = successors[(first + index) * AXES + axis];
  const int packs = padded_size / pack_width, column = block * V;
  const __global real *w = packed + at(set * packs + column / pack_width, AXES * width * pack_width) +
                           at(axis, width * pack_width) + column % pack_width;
  const __global real *source = gates + at(successor, width);
  vec sum = (vec)0;
  for (int m = 0; m < width; m++, w += pack_width) sum += source[m] * LOAD(w);

  const int left = hidden_size - column;
  const long target = at(index, hidden_size) + column;
  store_tail(sum, dh + target, left);
  store_tail(LOAD(handed + at(successor * AXES + axis, padded_size) + column), dc + target, left);
}
