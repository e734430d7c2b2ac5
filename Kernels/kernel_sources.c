#include "kernel_sources.h"

static const unsigned char common[] = {
#embed "common.cl"
};

static const kernel_source sources[] = {
    {"common.cl", common, sizeof common},
};

const kernel_source *kernel_sources(size_t *count) {
  *count = sizeof sources / sizeof sources[0];
  return sources;
}
