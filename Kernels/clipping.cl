// What every optimizer does to a gradient before it uses it; joined before sgd.cl, rmsprop.cl and adam.cl.
//
//   scalars      [3]                      in, from finish_step: loss, norm of all gradients, probe error
//
// A step whose loss or gradient norm is NaN or infinite leaves parameters and moments as they are.

#ifdef LINT
#include "common.cl"
#endif

static inline bool step_is_finite(const __global real *scalars) {
  return isfinite(scalars[0]) && isfinite(scalars[1]);
}

// The gradient scaled so that the norm of all gradients is at most `norm_limit`, then cut to +-`value_limit`;
// a limit of 0 does nothing.
static inline real clipped(real gradient, const __global real *scalars, real norm_limit, real value_limit) {
  if (norm_limit > 0 && scalars[1] > norm_limit) gradient *= norm_limit / scalars[1];
  return value_limit > 0 ? clamp(gradient, -value_limit, value_limit) : gradient;
}
