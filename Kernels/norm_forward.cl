// Finishes the rows of one wavefront in a layer norm, once all their units have pre-activations.
//
// Buffers as in layout.cl. ND-range: (rows * ITEMS, S) work-items, ITEMS for each row.
// Host: MDLSTMOpenCL/Recurrent/Ways/Way.swift. Test: LayerParityTests.

#ifdef LINT
#include "norm_forward_row.cl"
#endif

KERNEL void norm_forward(const int first, const int rows, const int hidden_size, const int padded_size,
                         FORWARD_STATE) {
  SHARED real sums[ITEMS];
  const int index = shared_row();
  const int set = (int)get_global_id(1);
  if (index >= rows) return;
  finish_row(first + set * rows + index, set, (int)get_global_size(1), hidden_size, padded_size, sums,
             FORWARD_STATE_OF);
}
