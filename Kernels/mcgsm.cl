// A mixture of conditional Gaussian scale mixtures at one site, V components side by side. Joined before the kernels of it.
//
// COMPONENTS, SCALES, FEATURES, OUTPUTS 1..  K, S, F and O; V divides K. WIDTH is F + O K, padded.
//
// A row z of the products has b_f . h for every feature, then A_k h + mu_k - y, [O, K]: what is called -r below. The
// tensors are laid out once a pass in `head` (mcgsm_head.cl), components innermost:
//
//   PRIORS [S, K]   eta                           PRECISIONS [S, K]  exp alpha, alpha within its limits
//   CONSTANTS [S, K] O (alpha - log 2 pi) / 2 + log |det L|      LEARNT [S, K]  1 where alpha is within them, else 0
//   SQUARES [F, K]  beta^2                        FACTORS [O, O, K]  L
//   INVERSES [O, K] 1 / L_oo                      WEIGHTS [K, FP]    beta, FP is F padded to a multiple of V
//
//   G = eta - exp(alpha) w / 2,   J = G - exp(alpha) q / 2 + constant,   log p = log sum exp J - log sum exp G

#ifndef MCGSM_CL
#define MCGSM_CL

#ifdef LINT
#include "common.cl"
#endif

#ifndef COMPONENTS
#define COMPONENTS 16
#endif
#ifndef SCALES
#define SCALES 4
#endif
#ifndef FEATURES
#define FEATURES 16
#endif
#ifndef OUTPUTS
#define OUTPUTS 1
#endif
#ifndef WIDTH
#define WIDTH 32
#endif

#define BLOCKS (COMPONENTS / V)
#define FEATURE_BLOCKS ((FEATURES + V - 1) / V)
#define PRIORS 0
#define PRECISIONS (PRIORS + SCALES * COMPONENTS)
#define CONSTANTS (PRECISIONS + SCALES * COMPONENTS)
#define LEARNT (CONSTANTS + SCALES * COMPONENTS)
#define SQUARES (LEARNT + SCALES * COMPONENTS)
#define FACTORS (SQUARES + FEATURES * COMPONENTS)
#define INVERSES (FACTORS + OUTPUTS * OUTPUTS * COMPONENTS)
#define WEIGHTS (INVERSES + OUTPUTS * COMPONENTS)

#if DOUBLE
static inline vec power_of_e(vec x) { return exp(x); }
#else
// e^x for x <= 0: relative error below 2^-22, 0 below -87. As in sigmoid.
static inline vec power_of_e(vec x) {
  const vec inside = between(x, -87.0f, 0.0f);
  const vec shifted = inside * 1.44269504f + (12582912.0f + 127.0f);
  const vec n = shifted - (12582912.0f + 127.0f);
  const vec r = (inside - n * 0.693359375f) + n * 2.12194440e-4f;
  const vec p = 0.49999993f + r * (0.16666520f + r * (0.041668391f + r * (0.0083687452f + r * 0.0013814540f)));
  const vec power = (1.0f + (r + r * r * p)) * AS_VEC(AS_INTEGERS(shifted) << 23);
  return SELECT_VEC(power, (vec)0, x < (vec)-87.0f);
}
#endif

// The largest lane.
static inline real largest_lane(vec x) {
  real lanes[V];
  spread(x, lanes);
  real largest = lanes[0];
#pragma unroll
  for (int v = 1; v < V; v++) largest = fmax(largest, lanes[v]);
  return largest;
}

#define HEAD(part, row, block) LOAD(head + (part) + (row) * COMPONENTS + (block) * V)

// w / 2 and q / 2 of every component, and L^T (-r), [O, K]: `projected`.
static inline void energies(const __global real *z, const __global real *head, vec *w, vec *q, vec *projected) {
#pragma unroll
  for (int b = 0; b < BLOCKS; b++) w[b] = 0;
  for (int f = 0; f < FEATURES; f++) {
    const real square = z[f] * z[f] / 2;
#pragma unroll
    for (int b = 0; b < BLOCKS; b++) w[b] += HEAD(SQUARES, f, b) * square;
  }
#pragma unroll
  for (int b = 0; b < BLOCKS; b++) {
    q[b] = 0;
    for (int o = 0; o < OUTPUTS; o++) {
      vec sum = 0;
      for (int p = o; p < OUTPUTS; p++)
        sum += HEAD(FACTORS, p * OUTPUTS + o, b) * LOAD_ANYWHERE(z + FEATURES + p * COMPONENTS + b * V);
      projected[o * BLOCKS + b] = sum;
      q[b] += sum * sum / 2;
    }
  }
}

// log sum exp G and log sum exp J.
static inline void log_sums(const __global real *head, const vec *w, const vec *q, real *prior, real *joint) {
  vec most_prior = 0, most_joint = 0;
#pragma unroll
  for (int b = 0; b < BLOCKS; b++) {
#pragma unroll
    for (int s = 0; s < SCALES; s++) {
      const vec precision = HEAD(PRECISIONS, s, b);
      const vec G = HEAD(PRIORS, s, b) - precision * w[b];
      const vec J = G - precision * q[b] + HEAD(CONSTANTS, s, b);
      most_prior = b + s == 0 ? G : fmax(most_prior, G);
      most_joint = b + s == 0 ? J : fmax(most_joint, J);
    }
  }
  const real largest_prior = largest_lane(most_prior), largest_joint = largest_lane(most_joint);
  vec priors = 0, joints = 0;
#pragma unroll
  for (int b = 0; b < BLOCKS; b++) {
#pragma unroll
    for (int s = 0; s < SCALES; s++) {
      const vec precision = HEAD(PRECISIONS, s, b);
      const vec G = HEAD(PRIORS, s, b) - precision * w[b];
      const vec J = G - precision * q[b] + HEAD(CONSTANTS, s, b);
      priors += power_of_e(G - largest_prior);
      joints += power_of_e(J - largest_joint);
    }
  }
  *prior = largest_prior + log(sum_lanes(priors));
  *joint = largest_joint + log(sum_lanes(joints));
}

#endif
