// Gathers what the pre-activations of some rows depend on, as the left operand of a product.
//
//   z = [x_p ; s_1 ; .. ; s_T ; 1]       the sources s_t of layout.cl, for the cell at `position`
//
//   rows_of      [..]                     in, row of each gathered row; unused when DIRECT, where it is first + index
//   x            [sites, I]               in
//   sites        [R]                      in
//   predecessors [R, N]                   in
//   h            [R + 1 + Q, FEEDBACK, HP] in
//   z            [sets, count, K]         out, K = I + T*HP + 1
//
// ND-range: (count * ITEMS, sets) work-items, ITEMS for each row. Set s gathers rows_of[start + s * set_stride + index].
// Host: MDLSTMOpenCL/Recurrent/Ways/Gemm.swift. Test: LayerParityTests.

#ifdef LINT
#include "layout.cl"
#endif

#ifndef DIRECT
#define DIRECT 0
#endif

KERNEL void gather_inputs(const int start, const int count, const int set_stride, const int position,
                          const int input_size, const int padded_size, const __global int *restrict rows_of,
                          const __global real *restrict x, const __global int *restrict sites,
                          const __global int *restrict predecessors, const __global real *restrict h,
                          __global real *restrict z) {
  const int index = shared_row(), item = place_in_row();
  const int set = (int)get_global_id(1);
  if (index >= count) return;
#if DIRECT
  const int row = start + set * set_stride + index;
#else
  const int row = rows_of[start + set * set_stride + index];
#endif
  __global real *out = z + at(set * count + index, input_size + SOURCES * padded_size + 1);
#if !GRID
  const __global real *in = x + at(sites[row], input_size);
  for (int m = item; m < input_size; m += ITEMS) out[m] = in[m];
  out += input_size;
#endif
  for (int t = 0; t < SOURCES; t++, out += padded_size) {
    const __global real *source = h + at(source_vector(t, row, position, predecessors), padded_size);
    for (int m = item; m < padded_size; m += ITEMS) out[m] = source[m];
  }
  if (item == 0) *out = (real)1;
}
