// An OpenCL layer that makes the n-th call of one function fail and counts what is alive.
//
// FAULT      NAME:N, such as clCreateBuffer:3: that call fails and is not passed on; NAME:N+ that and all after it;
//            NAME:N! ends the process.
// FAULT_LIVE a file that gets a line of the numbers of objects alive, as listed in KINDS, at every 100 000th kernel.
// FAULT_LOG  a file for what was called and is alive when a context comes or goes and when the process ends: lines NAME
//            CALLS, and `live` KIND COUNT.

#include "layer.h"

#include <stdatomic.h>

// Every function that can be made to fail, with the status it then returns.
#define CALLS(X)                                                \
  X(clGetDeviceIDs, CL_DEVICE_NOT_AVAILABLE)                    \
  X(clGetDeviceInfo, CL_OUT_OF_HOST_MEMORY)                     \
  X(clCreateContext, CL_DEVICE_NOT_AVAILABLE)                   \
  X(clCreateCommandQueue, CL_OUT_OF_HOST_MEMORY)                \
  X(clCreateBuffer, CL_MEM_OBJECT_ALLOCATION_FAILURE)           \
  X(clCreateProgramWithSource, CL_OUT_OF_HOST_MEMORY)           \
  X(clBuildProgram, CL_BUILD_PROGRAM_FAILURE)                   \
  X(clCreateKernel, CL_OUT_OF_HOST_MEMORY)                      \
  X(clSetKernelArg, CL_OUT_OF_RESOURCES)                        \
  X(clEnqueueNDRangeKernel, CL_OUT_OF_RESOURCES)                \
  X(clEnqueueReadBuffer, CL_OUT_OF_RESOURCES)                   \
  X(clEnqueueReadBufferRect, CL_OUT_OF_RESOURCES)               \
  X(clEnqueueWriteBuffer, CL_MEM_OBJECT_ALLOCATION_FAILURE)     \
  X(clEnqueueCopyBuffer, CL_OUT_OF_RESOURCES)                   \
  X(clEnqueueFillBuffer, CL_OUT_OF_RESOURCES)                   \
  X(clEnqueueMapBuffer, CL_MAP_FAILURE)                         \
  X(clEnqueueUnmapMemObject, CL_OUT_OF_RESOURCES)               \
  X(clEnqueueMarkerWithWaitList, CL_OUT_OF_RESOURCES)           \
  X(clFlush, CL_OUT_OF_RESOURCES)                               \
  X(clFinish, CL_OUT_OF_RESOURCES)                              \
  X(clWaitForEvents, CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST)

#define ENUM(name, status) CALL_##name,
enum call { CALLS(ENUM) CALL_COUNT };
#define NAME(name, status) #name,
static const char *const call_names[] = {CALLS(NAME)};
#define STATUS(name, status) status,
static const cl_int call_status[] = {CALLS(STATUS)};

#define KINDS(X) X(context) X(queue) X(buffer) X(program) X(kernel) X(event)
#define KIND_ENUM(name) KIND_##name,
enum kind { KINDS(KIND_ENUM) KIND_COUNT };
#define KIND_NAME(name) #name,
static const char *const kind_names[] = {KINDS(KIND_NAME)};

static atomic_long calls[CALL_COUNT], live[KIND_COUNT];
static int fault_call = -1, fault_lasts, fault_aborts;
static long fault_number;

static void report(void) {
  const char *const path = getenv("FAULT_LOG");
  FILE *const file = path ? fopen(path, "w") : NULL;
  if (!file) return;
  for (int call = 0; call < CALL_COUNT; call++) fprintf(file, "%s %ld\n", call_names[call], atomic_load(&calls[call]));
  for (int kind = 0; kind < KIND_COUNT; kind++) fprintf(file, "live %s %ld\n", kind_names[kind], atomic_load(&live[kind]));
  fclose(file);
}

// A process may end without its exit handlers: it has told all when its last context goes, and of a context that stays.
static void add(enum kind kind, long count) {
  atomic_fetch_add(&live[kind], count);
  if (kind == KIND_context) report();
}

// Adds a line to FAULT_LIVE now and then.
static void tell(long kernels) {
  const char *const path = kernels % 100000 == 0 ? getenv("FAULT_LIVE") : NULL;
  FILE *const file = path ? fopen(path, "a") : NULL;
  if (!file) return;
  for (int kind = 0; kind < KIND_COUNT; kind++) fprintf(file, "%ld ", atomic_load(&live[kind]));
  fprintf(file, "\n");
  fclose(file);
}

static void born(enum kind kind) { add(kind, 1); }
static void died(enum kind kind) { add(kind, -1); }

// Counts a call; whether it is to fail.
static int fails(enum call call) {
  const long number = atomic_fetch_add(&calls[call], 1) + 1;
  if (call == CALL_clEnqueueNDRangeKernel) tell(number);
  const int fails = (int)call == fault_call && (number == fault_number || (fault_lasts && number > fault_number));
  if (fails && fault_aborts) abort();
  return fails;
}

// A call that makes an object and returns it, its status through errcode_ret.
#define MAKES(name, type, kind, parameters, arguments)                                   \
  static type CL_API_CALL layer_##name parameters {                                      \
    cl_int status = call_status[CALL_##name];                                            \
    cl_int *const asked = errcode_ret;                                                   \
    errcode_ret = &status;                                                               \
    type object = fails(CALL_##name) ? NULL : next->name arguments;                      \
    if (object) born(KIND_##kind);                                                       \
    if (asked) *asked = status;                                                          \
    return object;                                                                       \
  }

// A command that may return an event.
#define ENQUEUES(name, parameters, arguments)                                            \
  static cl_int CL_API_CALL layer_##name parameters {                                    \
    if (fails(CALL_##name)) return call_status[CALL_##name];                             \
    const cl_int status = next->name arguments;                                          \
    if (status == CL_SUCCESS && event) born(KIND_event);                                 \
    return status;                                                                       \
  }

// Any other call.
#define CHECKS(name, parameters, arguments)                                              \
  static cl_int CL_API_CALL layer_##name parameters {                                    \
    return fails(CALL_##name) ? call_status[CALL_##name] : next->name arguments;         \
  }

#define COUNTS(retain, release, type, kind)                                              \
  static cl_int CL_API_CALL layer_##retain(type object) {                                \
    const cl_int status = next->retain(object);                                          \
    if (status == CL_SUCCESS) born(KIND_##kind);                                         \
    return status;                                                                       \
  }                                                                                      \
  static cl_int CL_API_CALL layer_##release(type object) {                               \
    const cl_int status = next->release(object);                                         \
    if (status == CL_SUCCESS) died(KIND_##kind);                                         \
    return status;                                                                       \
  }

#define EVENTS cl_uint waits, const cl_event *wait_list, cl_event *event
#define PASS_EVENTS waits, wait_list, event

CHECKS(clGetDeviceIDs,
       (cl_platform_id platform, cl_device_type type, cl_uint entries, cl_device_id *devices, cl_uint *count),
       (platform, type, entries, devices, count))
CHECKS(clGetDeviceInfo, (cl_device_id device, cl_device_info info, size_t size, void *value, size_t *needed),
       (device, info, size, value, needed))
MAKES(clCreateContext, cl_context, context,
      (const cl_context_properties *properties, cl_uint count, const cl_device_id *devices,
       void(CL_CALLBACK *notify)(const char *, const void *, size_t, void *), void *data, cl_int *errcode_ret),
      (properties, count, devices, notify, data, errcode_ret))
MAKES(clCreateCommandQueue, cl_command_queue, queue,
      (cl_context context, cl_device_id device, cl_command_queue_properties properties, cl_int *errcode_ret),
      (context, device, properties, errcode_ret))
MAKES(clCreateBuffer, cl_mem, buffer,
      (cl_context context, cl_mem_flags flags, size_t size, void *host, cl_int *errcode_ret),
      (context, flags, size, host, errcode_ret))
MAKES(clCreateProgramWithSource, cl_program, program,
      (cl_context context, cl_uint count, const char **strings, const size_t *lengths, cl_int *errcode_ret),
      (context, count, strings, lengths, errcode_ret))
CHECKS(clBuildProgram,
       (cl_program program, cl_uint count, const cl_device_id *devices, const char *options,
        void(CL_CALLBACK *notify)(cl_program, void *), void *data),
       (program, count, devices, options, notify, data))
MAKES(clCreateKernel, cl_kernel, kernel, (cl_program program, const char *name, cl_int *errcode_ret),
      (program, name, errcode_ret))
CHECKS(clSetKernelArg, (cl_kernel kernel, cl_uint index, size_t size, const void *value), (kernel, index, size, value))
ENQUEUES(clEnqueueNDRangeKernel,
         (cl_command_queue queue, cl_kernel kernel, cl_uint axes, const size_t *offset, const size_t *global,
          const size_t *local, EVENTS),
         (queue, kernel, axes, offset, global, local, PASS_EVENTS))
ENQUEUES(clEnqueueReadBuffer,
         (cl_command_queue queue, cl_mem buffer, cl_bool blocking, size_t offset, size_t size, void *target, EVENTS),
         (queue, buffer, blocking, offset, size, target, PASS_EVENTS))
ENQUEUES(clEnqueueReadBufferRect,
         (cl_command_queue queue, cl_mem buffer, cl_bool blocking, const size_t *origin, const size_t *host_origin,
          const size_t *region, size_t row, size_t slice, size_t host_row, size_t host_slice, void *target, EVENTS),
         (queue, buffer, blocking, origin, host_origin, region, row, slice, host_row, host_slice, target, PASS_EVENTS))
ENQUEUES(clEnqueueWriteBuffer,
         (cl_command_queue queue, cl_mem buffer, cl_bool blocking, size_t offset, size_t size, const void *source,
          EVENTS),
         (queue, buffer, blocking, offset, size, source, PASS_EVENTS))
ENQUEUES(clEnqueueCopyBuffer,
         (cl_command_queue queue, cl_mem source, cl_mem target, size_t from, size_t to, size_t size, EVENTS),
         (queue, source, target, from, to, size, PASS_EVENTS))
ENQUEUES(clEnqueueFillBuffer,
         (cl_command_queue queue, cl_mem buffer, const void *pattern, size_t width, size_t offset, size_t size, EVENTS),
         (queue, buffer, pattern, width, offset, size, PASS_EVENTS))
ENQUEUES(clEnqueueUnmapMemObject, (cl_command_queue queue, cl_mem buffer, void *mapped, EVENTS),
         (queue, buffer, mapped, PASS_EVENTS))
ENQUEUES(clEnqueueMarkerWithWaitList, (cl_command_queue queue, EVENTS), (queue, PASS_EVENTS))
CHECKS(clFlush, (cl_command_queue queue), (queue))
CHECKS(clFinish, (cl_command_queue queue), (queue))
CHECKS(clWaitForEvents, (cl_uint count, const cl_event *events), (count, events))

static void *CL_API_CALL layer_clEnqueueMapBuffer(cl_command_queue queue, cl_mem buffer, cl_bool blocking,
                                                  cl_map_flags flags, size_t offset, size_t size, EVENTS,
                                                  cl_int *errcode_ret) {
  if (fails(CALL_clEnqueueMapBuffer)) {
    if (errcode_ret) *errcode_ret = call_status[CALL_clEnqueueMapBuffer];
    return NULL;
  }
  void *const mapped =
      next->clEnqueueMapBuffer(queue, buffer, blocking, flags, offset, size, PASS_EVENTS, errcode_ret);
  if (mapped && event) born(KIND_event);
  return mapped;
}

COUNTS(clRetainContext, clReleaseContext, cl_context, context)
COUNTS(clRetainCommandQueue, clReleaseCommandQueue, cl_command_queue, queue)
COUNTS(clRetainMemObject, clReleaseMemObject, cl_mem, buffer)
COUNTS(clRetainProgram, clReleaseProgram, cl_program, program)
COUNTS(clRetainKernel, clReleaseKernel, cl_kernel, kernel)
COUNTS(clRetainEvent, clReleaseEvent, cl_event, event)

static void read_fault(void) {
  const char *const fault = getenv("FAULT");
  const char *const colon = fault ? strchr(fault, ':') : NULL;
  for (int call = 0; colon && call < CALL_COUNT; call++)
    if (strlen(call_names[call]) == (size_t)(colon - fault) && !strncmp(fault, call_names[call], colon - fault))
      fault_call = call;
  if (fault && fault_call < 0) fprintf(stderr, "FAULT=%s names no call of this layer\n", fault);
  if (colon) {
    char *end;
    fault_number = strtol(colon + 1, &end, 10);
    fault_lasts = *end == '+';
    fault_aborts = *end == '!';
  }
}

static void override_calls(void) {
  read_fault();
#define OVERRIDE(name, status) layer.name = layer_##name;
  CALLS(OVERRIDE)
#define OVERRIDE_COUNTS(retain, release) layer.retain = layer_##retain, layer.release = layer_##release;
  OVERRIDE_COUNTS(clRetainContext, clReleaseContext)
  OVERRIDE_COUNTS(clRetainCommandQueue, clReleaseCommandQueue)
  OVERRIDE_COUNTS(clRetainMemObject, clReleaseMemObject)
  OVERRIDE_COUNTS(clRetainProgram, clReleaseProgram)
  OVERRIDE_COUNTS(clRetainKernel, clReleaseKernel)
  OVERRIDE_COUNTS(clRetainEvent, clReleaseEvent)
  report();
  atexit(report);
}
