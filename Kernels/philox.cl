// Philox4x32-10 of Salmon et al. 2011: the random bits of one counter under one key, the same as the host's.
//
// Host: MDLSTM/Random/Philox.swift. Test: NoiseParityTests.

#ifndef PHILOX_CL
#define PHILOX_CL

#ifdef LINT
#include "common.cl"
#endif

// counter: (element, layer, step, stream). key: the seed, low word first.
static inline uint4 philox(uint4 counter, uint2 key) {
  for (int round = 0; round < 10; round++) {
    const uint high0 = mul_hi(0xD2511F53u, counter.x), low0 = 0xD2511F53u * counter.x;
    const uint high1 = mul_hi(0xCD9E8D57u, counter.z), low1 = 0xCD9E8D57u * counter.z;
    counter = (uint4)(high1 ^ counter.y ^ key.x, low1, high0 ^ counter.w ^ key.y, low0);
    key += (uint2)(0x9E3779B9u, 0xBB67AE85u);
  }
  return counter;
}

#if V > 1
typedef JOIN(uint, V) uints;

// The upper half of a product; a vector's mul_hi is a call for each lane on pocl.
static inline uints upper(const uint a, const uints b) {
  return JOIN(convert_uint, V)(((JOIN(ulong, V))(a)*JOIN(convert_ulong, V)(b)) >> 32);
}

// Words 0 and 1 of the blocks of V elements that follow one another, the first of them counter.x.
static inline uints philox_words(const uint4 counter, uint2 key, uints *second) {
  uints x, y = (uints)(counter.y), z = (uints)(counter.z), w = (uints)(counter.w);
  uint *lanes = (uint *)&x;
  for (int lane = 0; lane < V; lane++) lanes[lane] = counter.x + (uint)lane;
  for (int round = 0; round < 10; round++) {
    const uints high0 = upper(0xD2511F53u, x), low0 = 0xD2511F53u * x;
    const uints high1 = upper(0xCD9E8D57u, z), low1 = 0xCD9E8D57u * z;
    x = high1 ^ y ^ key.x;
    y = low1;
    z = high0 ^ w ^ key.y;
    w = low0;
    key += (uint2)(0x9E3779B9u, 0xBB67AE85u);
  }
  *second = y;
  return x;
}
#endif

#endif
