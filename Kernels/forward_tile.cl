// A tile of the forward pass: V hidden units of up to ROWS rows, from the gather of what the predecessors feed back to
// the new h and c.
//
//   forward_products, then forward_row
//
//   x            [sites, I]               in
//   packed       [S, N', K, G', HP]       in, as in layout.cl; K = I + T*HP + 1: input, sources, bias
//   the rest as in layout.cl; without KEEP_GATES (inference) gates and raw are not written, but in a layer norm
//
// HP is H padded to a multiple of V; the padded units have zero weights, so that their pre-activations, h and c are 0.
// Joined before fused_forward.cl and sweep_forward.cl.

#ifdef LINT
#include "forward_products.cl"
#endif

// `row` has `count` rows, at most ROWS.
static inline void forward_tile(const int *row, int count, int direction, int set, int position, int block,
                                int input_size, int padded_size, const __global real *restrict x,
                                const __global real *restrict packed, FORWARD_STATE) {
  vec gate[ROWS][CELL_GATES];
#define HEIGHT(r)                                                                                                \
  case r:                                                                                                        \
    forward_products_##r(row, gate, set, position, block, input_size, padded_size, x, packed, FORWARD_STATE_OF); \
    break;
  switch (count) { FOR_EACH_HEIGHT(HEIGHT) }
#undef HEIGHT
  FOR_EACH_ROW(r, count) {
    vec previous[CELL_AXES];
    load_previous(previous, row[r], position, block, padded_size, predecessors, c);
    forward_row(gate[r], previous, row[r], direction, set, position, block, padded_size, FORWARD_STATE_OF);
  }
}
