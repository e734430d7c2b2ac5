// The logarithm of the softmax's divisor at every frame: log sum_k e^y_k.
//
//   y            [frames, width]          in, logits
//   divisors     [frames]                 out
//
// ND-range: (frames) work-items.
// Host: MDLSTMOpenCL/Training/CTCKernels.swift. Reference: MDLSTM/Reference/Models/CTCReference.swift.
// Test: OperationParityTests.

#ifdef LINT
#include "common.cl"
#endif

KERNEL void ctc_frames(const int frames, const int width, const __global real *restrict y,
                       __global real *restrict divisors) {
  const int frame = (int)get_global_id(0);
  if (frame >= frames) return;
  const __global real *row = y + at(frame, width);
  real largest = row[0];
  for (int k = 1; k < width; k++) largest = fmax(largest, row[k]);
  real sum = 0;
  for (int k = 0; k < width; k++) sum += exp(row[k] - largest);
  divisors[frame] = largest + log(sum);
}
