// A tile of the backward pass: SPAN blocks of V hidden units of up to ROWS rows, from the gather of the successors to da.
//
//   gradient by the vectors s_t of h = returned_hidden + backward_products + dy, then backward_row
//
//   dy           [sites, output_stride]   in, as in output_gradient.cl
//   packed       [S, N', HP/V, C, A*G*HP, V]  in, the transposed recurrent weights
//   the rest as in layout.cl
//
// Joined before fused_backward.cl and sweep_backward.cl.

#ifdef LINT
#include "backward_row.cl"
#include "backward_products.cl"
#endif

// `row` has `count` rows, at most ROWS; `block` is the first of SPAN.
static inline void backward_tile(const int *row, int count, int direction, int set, int position, int block,
                                 int hidden_size, int padded_size, int output_stride, int direction_stride,
                                 const __global real *restrict dy, const __global real *restrict packed,
                                 BACKWARD_STATE) {
  // In memory, so that the code of a row is not repeated for every row.
  vec gradient[ROWS][COLUMNS];
  for (int r = 0; r < count; r++) {
    for (int j = 0; j < COLUMNS; j++) {
      const long column = (block + j / COMPONENTS) * V;
      gradient[r][j] =
          returning ? returned_hidden(row[r], position, j % COMPONENTS, column, padded_size, leaving, returned) : (vec)0;
    }
  }
#define PART(s)                                                                                                \
  if (count - start >= ROWS >> s) {                                                                            \
    JOIN(backward_products_, s)(row + start, gradient + start, set, position, block, padded_size, packed,      \
                                BACKWARD_STATE_OF);                                                            \
    start += ROWS >> s;                                                                                        \
    continue;                                                                                                  \
  }
  for (int start = 0; start < count;) { FOR_EACH_PART(PART) }
#undef PART
  for (int r = 0; r < count; r++) {
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
