// An OpenCL layer that prints what a compiler says of the programs it builds: oclgrind 21.10 tells that there was a
// warning, not which. A driver that has nothing to say must leave the log empty.
//
// Scripts/interpret.sh builds it; OPENCL_LAYERS names it to ocl-icd.
#define CL_TARGET_OPENCL_VERSION 120
#define CL_USE_DEPRECATED_OPENCL_1_2_APIS
#include <CL/cl_layer.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const cl_icd_dispatch *next;
static cl_icd_dispatch layer;

static void print_log(cl_program program, cl_device_id device) {
  size_t length = 0;
  next->clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_LOG, 0, NULL, &length);
  char *log = calloc(length + 1, 1);
  if (log == NULL) abort();
  next->clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_LOG, length, log, NULL);
  if (log[strspn(log, " \t\r\n")] != '\0') fprintf(stderr, "%s\n", log);
  free(log);
}

static cl_int CL_API_CALL build_program(cl_program program, cl_uint count, const cl_device_id *devices,
                                        const char *options, void(CL_CALLBACK *notify)(cl_program, void *),
                                        void *argument) {
  cl_int status = next->clBuildProgram(program, count, devices, options, NULL, NULL);
  for (cl_uint i = 0; i < count; i++) print_log(program, devices[i]);
  if (notify != NULL) notify(program, argument);
  return status;
}

CL_API_ENTRY cl_int CL_API_CALL clGetLayerInfo(cl_layer_info name, size_t size, void *value, size_t *needed) {
  const cl_layer_api_version version = CL_LAYER_API_VERSION_100;
  if (name != CL_LAYER_API_VERSION || (value != NULL && size < sizeof version)) return CL_INVALID_VALUE;
  if (value != NULL) memcpy(value, &version, sizeof version);
  if (needed != NULL) *needed = sizeof version;
  return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL clInitLayer(cl_uint entries, const cl_icd_dispatch *target, cl_uint *entries_here,
                                            const cl_icd_dispatch **here) {
  const size_t known = sizeof layer / sizeof(void *);
  memcpy(&layer, target, (entries < known ? entries : known) * sizeof(void *));
  next = target;
  layer.clBuildProgram = build_program;
  *entries_here = (cl_uint)known;
  *here = &layer;
  return CL_SUCCESS;
}
