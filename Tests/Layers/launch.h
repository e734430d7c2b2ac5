// A launch as gpu.c writes it and Scripts/gpu_static/trace.c reads it: this struct, then the buffers, each from `offset` on.
#include <stdint.h>

#define MOST_ARGUMENTS 64

struct launch {
  uint64_t groups[2], group_size, arguments, buffers;
  // Of a buffer, its number counted from 1, else 0 and the bytes of the value.
  struct {
    uint64_t buffer, value;
  } argument[MOST_ARGUMENTS];
  struct {
    uint64_t offset, size;
  } buffer[MOST_ARGUMENTS];
};
