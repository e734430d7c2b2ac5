// How likely the paths are that have come to a place of a text by a frame, forwards from its start and backwards from its end.
//
//   p[t, s] = y[t, e_s] - divisor[t] + log(exp p[t-1, s] + exp p[t-1, s-1] + exp p[t-1, s-2])
//
// e is the text with a blank before, between and after its symbols, of S places; s-2 counts where that leaves out a blank
// between unlike symbols. Backwards, frames and places are taken in the opposite order: the law is the same. The largest of
// a frame is taken from the next, so that numbers stay near 0 however many frames there are; gradients do not need what was
// taken, and the loss has its sum.
//
//   texts        [B, 2]                   in, places S of each sample, and its frames, 0 where it does not count
//   paths        [2, B, places]           in, e forwards, then backwards
//   y            [B, frames, width]       in, logits
//   divisors     [B, frames]              in
//   table        [2, B, frames, stride]   out, p after two elements that are -infinity; stride >= 2 + S up to a multiple of V
//   losses       [B]                      out, scale * -log p(text)
//
// ND-range: ITEMS work-items for each sample and direction, which share the places.
// Host: MDLSTMOpenCL/Training/CTCKernels.swift. Reference: MDLSTM/Reference/Models/CTCReference.swift.
// Test: OperationParityTests.

#ifdef LINT
#include "common.cl"
#endif

#define LOWEST ((real)-3e38f)

// The largest of the values of all items of a group, for each of them.
static inline ALWAYS real largest_of_items(real value, SHARED real *values) {
#if ITEMS > 1
  const int item = (int)get_local_id(0);
  barrier(CLK_LOCAL_MEM_FENCE);
  values[item] = value;
  // The rows of the table that others have written are seen too.
  barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
  for (int other = 0; other < ITEMS; other++) value = fmax(value, values[other]);
#else
  (void)values;
#endif
  return value;
}

KERNEL void ctc_paths(const int batch, const int frames, const int width, const int places, const int stride,
                      const real scale, const __global int *restrict texts, const __global int *restrict paths,
                      const __global real *restrict y, const __global real *restrict divisors, __global real *table,
                      __global real *restrict losses) {
  SHARED real values[ITEMS];
  const int row = shared_row(), item = place_in_row();
  if (row >= 2 * batch) return;
  const int backwards = row >= batch, sample = row - backwards * batch;
  const int S = texts[2 * sample], T = texts[2 * sample + 1];
  const __global int *path = paths + at(row, places);
  // Of all that the frames before took, and what the sum has lost in rounding.
  real taken = 0, lost = 0, largest = 0;
  for (int t = 0; t < T; t++) {
    const int frame = sample * frames + (backwards ? T - 1 - t : t);
    const real divisor = divisors[frame];
    const __global real *logits = y + at(frame, width);
    __global real *p = table + at(row * frames + t, stride) + 2;
    const real before = largest;
    largest = -(real)INFINITY;
    if (item == 0) p[-2] = p[-1] = -(real)INFINITY;
    for (int s = item * V; s < S; s += ITEMS * V) {
      real lanes[V], skips[V];
      for (int v = 0; v < V; v++) {
        const int place = s + v;
        const int label = place < S ? path[place] : 0;
        lanes[v] = place < S ? logits[label] - divisor : -(real)INFINITY;
        skips[v] = place >= 2 && place < S && label != 0 && label != path[place - 2] ? (real)0 : -(real)INFINITY;
      }
      const vec emission = LOAD_ANYWHERE(lanes);
      vec value;
      if (t == 0) {
        for (int v = 0; v < V; v++)
          if (s + v >= 2) lanes[v] = -(real)INFINITY;
        value = LOAD_ANYWHERE(lanes);
      } else {
        const __global real *last = p - stride + s;
        const vec stay = LOAD_ANYWHERE(last) - before, step = LOAD_ANYWHERE(last - 1) - before;
        const vec skip = LOAD_ANYWHERE(last - 2) - before + LOAD_ANYWHERE(skips);
        const vec most = fmax(fmax(stay, step), fmax(skip, (vec)LOWEST));
        value = emission + most + log(exp(stay - most) + exp(step - most) + exp(skip - most));
      }
      store_tail(value, p + s, V);
      spread(value, lanes);
      for (int v = 0; v < V; v++) largest = fmax(largest, lanes[v]);
    }
    largest = largest_of_items(largest, values);
    if (t == 0) continue;
    const real more = before - lost, sum = taken + more;
    lost = (sum - taken) - more;
    taken = sum;
  }
  if (backwards || item > 0) return;
  real loss = 0;
  if (T > 0) {
    const __global real *p = table + at(row * frames + T - 1, stride) + 2;
    const real last = p[S - 1], other = S > 1 ? p[S - 2] : -(real)INFINITY;
    const real most = fmax(fmax(last, other), LOWEST);
    loss = -(taken + most + log(exp(last - most) + exp(other - most)));
  }
  losses[sample] = scale * loss;
}
