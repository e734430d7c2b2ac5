// Lays out the weights of the forward product so that a work-item reads them in one stream.
//
//   weight_ih    [S, G*H, I]              in
//   weight_hh    [S, N, G*H, H]           in, unused when AXES is 0 (a dense layer)
//   bias         [S, G*H]                 in
//   packed       [S, HP/W, K, G, W]       out; K = I + N*HP + 1: input, axis by axis the hidden units, bias
//
// All parameters are in one buffer at the given offsets. W is the width of a block: V for fused_forward, HP for the
// batched product, which then reads [S, K, G*HP]. What has no weight (the padding of H to HP) is zero.
// ND-range: S * HP/W * K work-items, K fastest.
// Host: MDLSTMOpenCL/Recurrent/PackWeights.swift. Test: LayerParityTests, OperationParityTests.

#ifdef LINT
#include "common.cl"
#endif

KERNEL void pack_forward(const int sets, const int input_size, const int hidden_size, const int padded_size,
                         const int width, const int weight_ih, const int weight_hh, const int bias,
                         const __global real *restrict parameters, __global real *restrict packed) {
  const int depth = input_size + AXES * padded_size + 1;
  const int blocks = padded_size / width;
  const int item = (int)get_global_id(0);
  if (item >= sets * blocks * depth) return;
  const int m = item % depth;
  const int block = item / depth % blocks;
  const int set = item / depth / blocks;

  // Weight of unit u is source[u * stride], or 0 where `inside` is not.
  const int units = GATES * hidden_size;
  const __global real *source = parameters + bias + at(set, units);
  int stride = 1;
  bool inside = true;
  if (m < input_size) {
    source = parameters + weight_ih + at(set * units, input_size) + m;
    stride = input_size;
  } else if (m < depth - 1) {
    const int axis = (m - input_size) / padded_size;
    const int column = (m - input_size) % padded_size;
    inside = column < hidden_size;
    source = parameters + weight_hh + at((set * AXES + axis) * units, hidden_size) + column;
    stride = hidden_size;
  }
  __global real *target = packed + at(item, GATES * width);
  for (int y = 0; y < GATES; y++) {
    for (int v = 0; v < width; v++) {
      const int j = block * width + v;
      target[y * width + v] = inside && j < hidden_size ? source[at(y * hidden_size + j, stride)] : (real)0;
    }
  }
}
