// The part of the backward pass all ways share: V hidden units of one row, once dh is known.
//
// Arguments as in backward_tile.cl; `peephole` points at this set's and block's first peephole vector.
// Host: MDLSTMOpenCL/Recurrent/RecurrentBackward.swift. Test: LayerParityTests.

#ifdef LINT
#include "graves_backward.cl"
#endif

static inline void backward_row(int row, int padded_size, int block, const __global int *predecessors,
                                const __global int *successors, const __global real *c,
                                const __global real *peephole, vec dh, __global real *gates,
                                __global real *handed) {
  const long column = block * V;
  vec previous[AXES], given[AXES], gate[GATES];
  vec dc = (vec)0;
#pragma unroll
  for (int k = 0; k < AXES; k++) {
    dc += LOAD(handed + at(successors[row * AXES + k] * AXES + k, padded_size) + column);
    previous[k] = LOAD(c + at(predecessors[row * AXES + k], padded_size) + column);
  }
#pragma unroll
  for (int y = 0; y < GATES; y++) gate[y] = LOAD(gates + at(row * GATES + y, padded_size) + column);
  cell_backward(gate, LOAD(c + at(row, padded_size) + column), previous, peephole, padded_size, dh, dc, given);
#pragma unroll
  for (int y = 0; y < GATES; y++) STORE(gate[y], gates + at(row * GATES + y, padded_size) + column);
#pragma unroll
  for (int k = 0; k < AXES; k++) STORE(given[k], handed + at(row * AXES + k, padded_size) + column);
}
