// The gradient of the loss of texts by the logits of a frame: dL/dy_k = softmax(y)_k - p(k at this frame | text).
//
// Of all paths that read as the text, those at place s at frame t have the weight exp(p[t, s] + q[t, s] - y[t, e_s] +
// divisor[t]), with p from the start and q from the end, both with the frame; divided by the sum over places, what was taken
// from p and q falls out.
//
//   texts        [B, 2]                   in, places S of each sample, and its frames, 0 where it does not count
//   paths        [2, B, places]           in
//   y            [B, frames, width]       in, logits
//   divisors     [B, frames]              in
//   table        [2, B, frames, stride]   in, p and q as ctc_paths leaves them; p becomes the weights
//   dy           [B, frames, width]       out, 0 beyond a sample's frames
//
// ND-range: (B * frames) work-items.
// Host: MDLSTMOpenCL/Training/CTCKernels.swift. Reference: MDLSTM/Reference/Models/CTCReference.swift.
// Test: OperationParityTests.

#ifdef LINT
#include "common.cl"
#endif

KERNEL void ctc_gradient(const int batch, const int frames, const int width, const int places, const int stride,
                         const real scale, const __global int *restrict texts, const __global int *restrict paths,
                         const __global real *restrict y, const __global real *restrict divisors,
                         __global real *table, __global real *restrict dy) {
  const int frame = (int)get_global_id(0);
  if (frame >= batch * frames) return;
  const int sample = frame / frames, t = frame % frames;
  const int S = texts[2 * sample], T = texts[2 * sample + 1];
  const __global real *logits = y + at(frame, width);
  __global real *gradient = dy + at(frame, width);
  if (t >= T) {
    for (int k = 0; k < width; k++) gradient[k] = 0;
    return;
  }
  const __global int *path = paths + at(sample, places);
  __global real *p = table + at(frame, stride) + 2;
  const __global real *q = table + at((batch + sample) * frames + T - 1 - t, stride) + 2;
  const real divisor = divisors[frame];
  real largest = -(real)INFINITY, sum = 0;
  for (int s = 0; s < S; s++) {
    p[s] = p[s] + q[S - 1 - s] - (logits[path[s]] - divisor);
    largest = fmax(largest, p[s]);
  }
  for (int s = 0; s < S; s++) {
    p[s] = exp(p[s] - largest);
    sum += p[s];
  }
  for (int k = 0; k < width; k++) gradient[k] = scale * exp(logits[k] - divisor);
  for (int s = 0; s < S; s++) gradient[path[s]] -= scale * (p[s] / sum);
}
