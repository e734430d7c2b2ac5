// Dropout: y = x * (0 with probability `rate`, else scale); the gradient is the same of dy.
//
//   x            [offset + count]         in
//   y            [offset + count]         out, may be x
//
// An element is dropped when word 0 of its random block is below `threshold`; `first` is the number of element `offset` in the
// whole batch, or among all parameters. ND-range: a work-item for V elements.
// Host: MDLSTMOpenCL/Model/Stages/DropoutStage.swift, Training/DroppedWeights.swift. Test: NoiseParityTests.

#ifdef LINT
#include "philox.cl"
#endif

KERNEL void dropout(const int offset, const int count, const uint first, const uint seed_low, const uint seed_high,
                    const uint layer, const uint step, const uint stream, const uint threshold, const real scale,
                    const __global real *x, __global real *y) {
  int element = (int)get_global_id(0) * V;
  x += offset;
  y += offset;
  const uint2 key = (uint2)(seed_low, seed_high);
#if V > 1
  if (element + V <= count) {
    uints others;
    const uints bits = philox_words((uint4)(first + (uint)element, layer, step, stream), key, &others);
    const vec kept = (real)scale * LOAD_ANYWHERE(x + element);
    STORE_UNALIGNED(SELECT_VEC(kept, (vec)0, AS_CONDITION(bits < threshold)), y + element);
    return;
  }
#endif
  for (const int end = min(element + V, count); element < end; element++) {
    const uint4 bits = philox((uint4)(first + (uint)element, layer, step, stream), key);
    y[element] = bits.x < threshold ? (real)0 : scale * x[element];
  }
}
