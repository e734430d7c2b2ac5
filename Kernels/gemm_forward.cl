// Gates, cell update and output of one wavefront from its finished pre-activations: the `gemm` way.
//
//   pre          [S, rows, G, HP]         in, z * packed from the batched product (input, axes and bias together)
//   peepholes    [S, PEEP_VECTORS, HP]    in, unused without PEEPHOLES
//   predecessors [R, N]                   in
//   h, c         [R + 1 + Q, HP]          in: rows of earlier wavefronts, out: rows of this one
//   gates        [R + 1, G, HP]           out, only with KEEP_GATES (training)
//
// ND-range: (HP/V * rows, S) work-items, the block of units fastest; each computes V units of one row.
// Host: MDLSTMOpenCL/Recurrent/RecurrentForward.swift. Test: LayerParityTests.

#ifdef LINT
#include "graves_forward.cl"
#endif

#ifndef KEEP_GATES
#define KEEP_GATES 1
#endif

KERNEL void gemm_forward(const int first, const int rows, const int padded_size, const __global real *restrict pre,
                         const __global real *restrict peepholes, const __global int *restrict predecessors,
                         __global real *h, __global real *c, __global real *restrict gates) {
  const int blocks = padded_size / V;
  const int item = (int)get_global_id(0);
  const int set = (int)get_global_id(1);
  const int block = item % blocks;
  const int local_row = item / blocks;
  if (local_row >= rows) return;

  const long column = block * V;
  const int offset = set * rows + local_row;
  const int row = first + offset;
  vec gate[GATES], previous[AXES], cell;
#pragma unroll
  for (int y = 0; y < GATES; y++) gate[y] = LOAD(pre + at(offset * GATES + y, padded_size) + column);
#pragma unroll
  for (int k = 0; k < AXES; k++) previous[k] = LOAD(c + at(predecessors[row * AXES + k], padded_size) + column);
  const __global real *peephole = peepholes + at(set * PEEP_VECTORS, padded_size) + column;
  const vec hidden = cell_forward(gate, previous, peephole, padded_size, &cell);
  STORE(cell, c + at(row, padded_size) + column);
  STORE(hidden, h + at(row, padded_size) + column);
#if KEEP_GATES
#pragma unroll
  for (int y = 0; y < GATES; y++) STORE(gate[y], gates + at(row * GATES + y, padded_size) + column);
#endif
}
