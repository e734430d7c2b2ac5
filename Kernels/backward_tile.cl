// A tile of the backward pass: SPAN blocks of V hidden units of up to ROWS rows, from the gather of the successors to da.
//
//   gradient by the vectors s_t of h = returned_hidden + backward_products + dy, then backward_row
//
//   dy           [sites, output_stride]   in, as in output_gradient.cl
//   packed       [S, N', C, A*G*HP, HP]   in, as in layout.cl; the transposed recurrent weights
//   the rest as in layout.cl
//
// Joined before fused_backward.cl and sweep_backward.cl.

#ifdef LINT
#include "backward_row.cl"
#include "backward_products.cl"
#endif

// Asks for dy and the gates at the tile's units, which then arrive while the products are computed. In a layer norm the
// gates are read when the row is finished.
static inline void ask_for_tile(const int *row, int count, int direction, int position, int block, int hidden_size,
                                int padded_size, int output_stride, int direction_stride,
                                const __global real *restrict dy, const __global int *restrict sites,
                                const __global real *restrict gates) {
  const int column = block * V;
  for (int r = 0; r < count; r++) {
    const int site = sites[row[r]];
    if (is_output(site, position, 0))
      ask_for(dy + at(site, output_stride) + direction * direction_stride + column,
              min(SPAN * V, hidden_size - column));
    if (NORM) continue;
    for (int y = 0; y < CELL_GATES; y++)
      ask_for(gates + at(row[r] * GATES + position * CELL_GATES + y, padded_size) + column, SPAN * V);
  }
}

#if WG == 1
#define UNROLL_SPAN
#else
#define UNROLL_SPAN _Pragma("unroll")
#endif

// `row` has `count` rows, at most ROWS; `block` is the first of SPAN.
static inline void backward_tile(const int *row, int count, int direction, int set, int position, int block,
                                 int hidden_size, int padded_size, int output_stride, int direction_stride,
                                 const __global real *restrict dy, const __global real *restrict packed,
                                 BACKWARD_STATE) {
  if (ASKS)
    ask_for_tile(row, count, direction, position, block, hidden_size, padded_size, output_stride, direction_stride, dy,
                 sites, gates);
  vec gradient[ROWS][COLUMNS];
  FOR_EACH_ROW(r, count) {
#pragma unroll
    for (int j = 0; j < COLUMNS; j++) {
      const long column = (block + j / COMPONENTS) * V;
      gradient[r][j] =
          returning ? returned_hidden(row[r], position, j % COMPONENTS, column, padded_size, leaving, returned) : (vec)0;
    }
  }
#define HEIGHT(r)                                                                                       \
  case r:                                                                                               \
    backward_products_##r(row, gradient, set, position, block, padded_size, packed, BACKWARD_STATE_OF); \
    break;
  switch (count) { FOR_EACH_HEIGHT(HEIGHT) }
#undef HEIGHT
  FOR_EACH_ROW(r, count) {
    UNROLL_SPAN
    for (int b = 0; b < SPAN; b++) {
      vec *own = gradient[r] + b * COMPONENTS;
#pragma unroll
      for (int q = 0; q < COMPONENTS; q++)
        own[q] += output_gradient(row[r], direction, position, q, block + b, hidden_size, output_stride,
                                  direction_stride, dy, sites);
      backward_row(own, row[r], direction, set, position, block + b, padded_size, BACKWARD_STATE_OF);
    }
  }
}
