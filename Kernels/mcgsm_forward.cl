// log p(y | h) of every site, in nats.
//
//   z            [sites, WIDTH]           in, the products: mcgsm.cl
//   head                                  in, the tensors
//   y            [sites]                  out
//
// ND-range: sites work-items.
// Host: MDLSTMOpenCL/Model/Stages/MCGSMStage.swift. Reference: MDLSTM/Densities/MCGSMReference.swift.
// Test: OperationParityTests.

#ifdef LINT
#include "mcgsm.cl"
#endif

KERNEL void mcgsm_forward(const int sites, const __global real *restrict z, const __global real *restrict head,
                          __global real *restrict y) {
  const int site = (int)get_global_id(0);
  if (site >= sites) return;
  vec w[BLOCKS], q[BLOCKS], projected[OUTPUTS * BLOCKS];
  real prior, joint;
  energies(z + at(site, WIDTH), head, w, q, projected);
  log_sums(head, w, q, &prior, &joint);
  y[site] = joint - prior;
}
