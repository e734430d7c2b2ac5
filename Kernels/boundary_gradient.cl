// Gradients by the states that entered the grid along one axis: V hidden units of one boundary row.
//
//   dh = U_k^T da_q,  dc = e_k of q,  q the one row whose predecessor this state was; dc += C_k^T da_q where c is fed
//   back, dh += what zoneout let pass.
//
//   packed       [S, N', HP/BLOCK, C, A*G*HP, BLOCK]  in, as backward_tile.cl with blocks of BLOCK = pack_width units
//   successors   [R + 1 + Q, N]           in
//   da           [R + 1, DA_STRIDE, HP]   in; row R is zero
//   handed       [R + 1, HANDED, HP]      in; row R is zero
//   dh, dc       from element `target_first`, rows `target_stride` apart, dc's `offset_c` behind dh's   out
//
// With APART rows of dh have the vectors of `returned` instead, each part by itself: the gradient by every vector of h, e_k,
// and what zoneout let pass.
//
// ND-range: HP/V * count work-items, the block of units fastest. Sums run gate by gate over the hidden units.
// Host: MDLSTMOpenCL/Recurrent/Faces/BoundaryStates.swift. Test: LayerParityTests.

#ifdef LINT
#include "layout.cl"
#endif

#ifndef APART
#define APART 0
#endif

// Of the vectors of h whose gradients are wanted: all, or the first, and c where it is fed back.
#define WANTED (APART ? COMPONENTS : MORE == 1 ? 2 : 1)

// `first` is the first of `count` boundary rows of the axis at `position` (of a grid, else 0) in one direction. Their
// weights are those of parameter set `set`, or, where there are `depths`, the last index of a row's place, of the set
// `by_depth` further for every depth. offset_c below 0: no dc.
KERNEL void boundary_gradient(const int axis, const int position, const int first, const int count, const int set,
                              const int depths, const int by_depth, const int hidden_size, const int padded_size,
                              const int pack_width, const int target_first, const int target_stride,
                              const int offset_c, const __global real *restrict packed,
                              const __global int *restrict successors, const __global real *restrict da,
                              const __global real *restrict handed, __global real *restrict dh,
                              __global real *restrict dc) {
  const int blocks = padded_size / V;
  const int item = (int)get_global_id(0);
  const int block = item % blocks;
  const int index = item / blocks;
  if (index >= count) return;

  const int width = GATES * padded_size, packs = padded_size / pack_width, column = block * V;
  const int successor = successors[(first + index) * AXES + axis];
  const int own_set = set + index % depths * by_depth;
  const int last = successor_gates(axis) * padded_size, part = GRID ? 0 : axis;
  const __global real *source = da + at(successor * DA_STRIDE + DA_RECURRENT, padded_size);
  vec sum[WANTED];
#pragma unroll
  for (int q = 0; q < WANTED; q++) {
    const int pack = ((own_set * POSITIONS + position) * packs + column / pack_width) * COMPONENTS + q;
    const __global real *w = packed + at(pack * CELL_AXES + part, width * pack_width) + column % pack_width;
    sum[q] = (vec)0;
    for (int m = 0; m < last; m++, w += pack_width) sum[q] += source[m] * LOAD(w);
  }
  const long target = target_first + at(index, target_stride) + column;
  vec given = LOAD(handed + at(successor * HANDED + axis, padded_size) + column);
#if ZONEOUT
  const vec passing = LOAD(handed + at(successor * HANDED + 1, padded_size) + column);
#endif
#if APART
  for (int q = 0; q < COMPONENTS; q++) STORE(sum[q], dh + target + q * padded_size);
  STORE(given, dh + target + COMPONENTS * padded_size);
#if ZONEOUT
  STORE(passing, dh + target + (COMPONENTS + 1) * padded_size);
#endif
#else
#if MORE == 1
  given += sum[1];
#endif
#if ZONEOUT
  sum[0] += passing;
#endif
  store_tail(sum[0], dh + target, hidden_size - column);
  if (offset_c >= 0) store_tail(given, dc + target + offset_c, hidden_size - column);
#endif
}
