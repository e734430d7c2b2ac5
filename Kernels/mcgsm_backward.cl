// Gradients of a sum of log-likelihoods, each times its dy, by the products and by the tensors that stand in none.
//
//   z            [sites, WIDTH]           in, the products: mcgsm.cl
//   head                                  in, the tensors
//   dy           [sites]                  in
//   dz           [sites, WIDTH]           out
//   partial      [chunks, COUNT]          out, the sums over the sites of each chunk, in order: of eta [S, K], alpha [S, K],
//                                         L [O, O, K], beta [K, FP]
//
// ND-range: chunks work-items.
// Host: MDLSTMOpenCL/Model/Stages/MCGSMStage.swift. Reference: MDLSTM/Densities/MCGSMReference.swift.
// Test: OperationParityTests.

#ifdef LINT
#include "mcgsm.cl"
#endif

#define SCALE_SUMS (SCALES * COMPONENTS)
#define FACTOR_SUMS (2 * SCALES * COMPONENTS)
#define WEIGHT_SUMS (FACTOR_SUMS + OUTPUTS * OUTPUTS * COMPONENTS)
#define COUNT (WEIGHT_SUMS + COMPONENTS * FEATURE_BLOCKS * V)
#define ADD(value, p) STORE(LOAD(p) + (value), p)

KERNEL void mcgsm_backward(const int sites, const int per_chunk, const __global real *restrict z,
                           const __global real *restrict head, const __global real *restrict dy,
                           __global real *restrict dz, __global real *restrict partial) {
  const int chunk = (int)get_global_id(0);
  const int first = chunk * per_chunk, last = min(first + per_chunk, sites);
  if (first >= sites) return;
  __global real *sums = partial + at(chunk, COUNT);
  for (int j = 0; j < COUNT; j++) sums[j] = 0;
  for (int site = first; site < last; site++) {
    const __global real *own = z + at(site, WIDTH);
    __global real *out = dz + at(site, WIDTH);
    const real factor = dy[site];
    vec w[BLOCKS], q[BLOCKS], projected[OUTPUTS * BLOCKS];
    real prior, joint, gates[COMPONENTS];
    energies(own, head, w, q, projected);
    log_sums(head, w, q, &prior, &joint);
#pragma unroll
    for (int b = 0; b < BLOCKS; b++) {
      vec a = 0, weight = 0, posterior = 0;
#pragma unroll
      for (int s = 0; s < SCALES; s++) {
        const vec precision = HEAD(PRECISIONS, s, b);
        const vec G = HEAD(PRIORS, s, b) - precision * w[b];
        const vec J = G - precision * q[b] + HEAD(CONSTANTS, s, b);
        const vec rho = factor * power_of_e(J - joint);
        const vec delta = rho - factor * power_of_e(G - prior);
        __global real *place = sums + s * COMPONENTS + b * V;
        ADD(delta, place);
        ADD(HEAD(LEARNT, s, b) * ((real)OUTPUTS / 2 * rho - precision * (delta * w[b] + rho * q[b])),
            place + SCALE_SUMS);
        a += precision * delta;
        weight += precision * rho;
        posterior += rho;
      }
      spread(a, gates + b * V);
      for (int o = 0; o < OUTPUTS; o++) {
        const vec negative = LOAD_ANYWHERE(own + FEATURES + o * COMPONENTS + b * V);
        vec pull = 0;
        for (int p = 0; p <= o; p++) {
          const int element = o * OUTPUTS + p;
          pull += HEAD(FACTORS, element, b) * projected[p * BLOCKS + b];
          if (o == 0) continue;
          vec gradient = -weight * negative * projected[p * BLOCKS + b];
          if (p == o) gradient += posterior * HEAD(INVERSES, o, b);
          ADD(gradient, sums + FACTOR_SUMS + element * COMPONENTS + b * V);
        }
        store_tail(-weight * pull, out + FEATURES + o * COMPONENTS + b * V, V);
      }
    }
#pragma unroll
    for (int b = 0; b < FEATURE_BLOCKS; b++) {
      const int count = FEATURES - b * V;
      const vec g = load_tail(own + b * V, count);
      vec gate = 0;
      for (int k = 0; k < COMPONENTS; k++) {
        const int place = k * (FEATURE_BLOCKS * V) + b * V;
        const vec beta = LOAD(head + WEIGHTS + place);
        const vec product = beta * gates[k];
        gate += product * beta;
        ADD(-product * g * g, sums + WEIGHT_SUMS + place);
      }
      store_tail(-g * gate, out + b * V, count);
    }
    for (int j = FEATURES + OUTPUTS * COMPONENTS; j < WIDTH; j++) out[j] = 0;
  }
}
