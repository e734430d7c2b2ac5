// An OpenCL layer that prints what a compiler says of the programs it builds: oclgrind 21.10 tells that there was a
// warning, not which. A driver that has nothing to say must leave the log empty.
//
// Scripts/interpret.sh builds it; OPENCL_LAYERS names it to ocl-icd.
#include "layer.h"

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

static void override_calls(void) { layer.clBuildProgram = build_program; }
