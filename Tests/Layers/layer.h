// What every OpenCL layer has (OPENCL_LAYERS, of ocl-icd and Khronos' loader): the calls of the driver below it, its own,
// which begin as these, and the two functions that a loader looks for. A layer includes it first and defines
// override_calls.

#define CL_TARGET_OPENCL_VERSION 300
#define CL_USE_DEPRECATED_OPENCL_1_2_APIS
#include <CL/cl_layer.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const cl_icd_dispatch *next;
static cl_icd_dispatch layer;

// Puts the layer's own calls into `layer`, once.
static void override_calls(void);

CL_API_ENTRY cl_int CL_API_CALL clGetLayerInfo(cl_layer_info name, size_t size, void *value, size_t *needed) {
  const cl_layer_api_version version = CL_LAYER_API_VERSION_100;
  if (name != CL_LAYER_API_VERSION || (value != NULL && size < sizeof version)) return CL_INVALID_VALUE;
  if (value != NULL) memcpy(value, &version, sizeof version);
  if (needed != NULL) *needed = sizeof version;
  return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL clInitLayer(cl_uint entries, const cl_icd_dispatch *target, cl_uint *own_entries,
                                            const cl_icd_dispatch **own) {
  if (target == NULL || own_entries == NULL || own == NULL) return CL_INVALID_VALUE;
  const cl_uint known = (cl_uint)(sizeof layer / sizeof(void *));
  *own_entries = entries < known ? entries : known;
  memcpy(&layer, target, *own_entries * sizeof(void *));
  next = target;
  override_calls();
  *own = &layer;
  return CL_SUCCESS;
}
