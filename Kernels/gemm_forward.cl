// Gates, cell update and output of one wavefront from its finished pre-activations: the `gemm` way.
//
//   pre          [directions, rows, G', HP] in, z * packed from the batched product (input, sources and bias together)
//   the rest as in layout.cl
//
// ND-range: (HP/V * rows, directions) work-items, the block of units fastest; each computes V units of one row.
// Host: MDLSTMOpenCL/Recurrent/Ways/Gemm.swift. Test: LayerParityTests.

#ifdef LINT
#include "forward_row.cl"
#endif

KERNEL void gemm_forward(const int first, const int rows, const int first_set, const int position,
                         const int padded_size, const __global real *restrict pre, FORWARD_STATE) {
  const int blocks = padded_size / V;
  const int item = (int)get_global_id(0);
  const int direction = (int)get_global_id(1);
  const int block = item % blocks;
  if (item / blocks >= rows) return;

  const int offset = direction * rows + item / blocks;
  vec gate[CELL_GATES];
#pragma unroll
  for (int y = 0; y < CELL_GATES; y++) gate[y] = LOAD(pre + at(offset * CELL_GATES + y, padded_size) + block * V);
  vec previous[CELL_AXES];
  load_previous(previous, first + offset, position, block, padded_size, predecessors, c);
  forward_row(gate, previous, first + offset, direction, first_set + direction, position, block, padded_size,
              FORWARD_STATE_OF);
}
