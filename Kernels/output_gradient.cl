// The gradient by a layer's output that a row of h receives.
//
//   dy           [sites, output_stride]   in, of direction s from column s * direction_stride
//
// Joined before the kernels of the backward pass.

#ifdef LINT
#include "layout.cl"
#endif

// Whether vector `q` of h at `position` of a row is the layer's output.
static inline bool is_output(int site, int position, int q) {
#if GRID
  return site >= 0 && axis_at(position) == AXES - 1;
#else
  return q == 0;
#endif
}

// dy at V units of the vector of h that is the layer's output, zero elsewhere.
static inline vec output_gradient(int row, int direction, int position, int q, int block, int hidden_size,
                                  int output_stride, int direction_stride, const __global real *dy,
                                  const __global int *sites) {
  const int site = sites[row];
  vec value = (vec)0;
  if (is_output(site, position, q)) {
    const long column = direction * direction_stride + block * V;
    value = load_tail(dy + at(site, output_stride) + column, hidden_size - block * V);
  }
  return value;
}
