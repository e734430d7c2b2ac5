// Where the weights of the recurrent products lie among the parameters.
//
//   plain        weight_hh [S, N, G*H, H]
//   extended     weight_ch [S, N, G*H, H] too, for source component 1
//   FGR          weight_gh [S, 3, 3*H, H] too, for source components 1 .. 3, into the gates i, f and o
//   grid         weight_hh [S, M, 4H, N*H] of LSTM axes, weight_vh [S, N-M, H, N*H] of the others, which have the
//                candidate's slot alone
//
// Joined before the kernels that pack weights and unpack gradients.

#ifdef LINT
#include "layout.cl"
#endif

#ifndef GATE_I
#define GATE_I 0
#define GATE_F 1
#define GATE_G 3
#define GATE_O 4
#endif

// The weights of the units of one gate: offset of the first, -1 where there are none, and distance to the next.
typedef struct {
  long first;
  int stride;
} unit_weights;

// From source t, unit `column`, to gate y of the cell at `position`. Offsets of weight_hh and of the other tensor.
static inline unit_weights recurrent_weights(int set, int position, int y, int t, int column, int hidden_size,
                                             int weight_hh, int weight_more) {
  unit_weights w = {-1, hidden_size};
#if GRID
  const int axis = axis_at(position);
  const int lstms = lstm_index(AXES), lstm = lstm_index(axis);
  w.stride = AXES * hidden_size;
  if (axis_function(axis) == 0)
    w.first = weight_hh + at(((set * lstms + lstm) * 4 + y) * hidden_size, w.stride);
  else if (y == GATE_G)
    w.first = weight_more + at((set * (AXES - lstms) + axis - lstm) * hidden_size, w.stride);
  if (w.first >= 0) w.first += t * hidden_size + column;
#else
  const int axis = t / FEEDBACK, component = t % FEEDBACK;
  int row = ((set * AXES + axis) * GATES + y) * hidden_size;
  int base = component == 0 ? weight_hh : weight_more;
#if MORE == 2
  if (component > 0) {
    const int target = y == GATE_I ? 0 : y == GATE_F ? 1 : y == GATE_O ? 2 : -1;
    if (target < 0) return w;
    row = ((set * 3 + component - 1) * 3 + target) * hidden_size;
  }
#endif
  w.first = base + at(row, hidden_size) + column;
#endif
  return w;
}

// The biases of gate y; `bias` below 0 where the layer has none, `bias_more` those of a grid's other axes.
static inline unit_weights bias_weights(int set, int position, int y, int hidden_size, int bias, int bias_more) {
  unit_weights w = {-1, 1};
#if GRID
  const int axis = axis_at(position);
  const int lstms = lstm_index(AXES), lstm = lstm_index(axis);
  if (axis_function(axis) == 0)
    w.first = bias + at((set * lstms + lstm) * 4 + y, hidden_size);
  else if (y == GATE_G)
    w.first = bias_more + at(set * (AXES - lstms) + axis - lstm, hidden_size);
#else
  if (bias >= 0) w.first = bias + at(set * GATES + y, hidden_size);
#endif
  return w;
}

// All weights of row m of the packed product, K = I + T*HP + 1 rows: input, sources, bias.
static inline unit_weights product_weights(int set, int position, int y, int m, int input_size, int hidden_size,
                                           int padded_size, int weight_ih, int weight_hh, int weight_more, int bias,
                                           int bias_more) {
  unit_weights w = {-1, input_size};
  if (m < input_size) {
    w.first = weight_ih + at((set * GATES + y) * hidden_size, input_size) + m;
    return w;
  }
  const int t = (m - input_size) / padded_size, column = (m - input_size) % padded_size;
  if (t == SOURCES) return bias_weights(set, position, y, hidden_size, bias, bias_more);
  if (column >= hidden_size) return w;
  return recurrent_weights(set, position, y, t, column, hidden_size, weight_hh, weight_more);
}
