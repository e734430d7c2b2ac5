// An OpenCL layer in which memory that nobody has written is seen: every buffer begins as bytes of 0xFF, NaN in float32
// and float64 and -1 in whole numbers. A kernel that makes use of such memory then yields NaN, which no comparison passes,
// or leaves its buffers.
//
// What the host writes to part of a buffer reaches the driver as a write of the whole: oclgrind 21.10 keeps no record of a
// buffer beyond what the host wrote to it last, and reports reads of all the rest.
//
// Scripts/test-devices.sh builds it; OPENCL_LAYERS names it to ocl-icd.
#include "layer.h"

// Fills the whole of a new buffer, through a queue of the context's first device.
static cl_int poison(cl_context context, cl_mem memory, size_t size) {
  size_t length = 0;
  cl_int status = next->clGetContextInfo(context, CL_CONTEXT_DEVICES, 0, NULL, &length);
  if (status != CL_SUCCESS) return status;
  cl_device_id *devices = malloc(length);
  char *bytes = malloc(size);
  if (devices == NULL || bytes == NULL) abort();
  memset(bytes, 0xFF, size);
  next->clGetContextInfo(context, CL_CONTEXT_DEVICES, length, devices, NULL);
  cl_command_queue queue = next->clCreateCommandQueue(context, devices[0], 0, &status);
  if (status == CL_SUCCESS) {
    status = next->clEnqueueWriteBuffer(queue, memory, CL_TRUE, 0, size, bytes, 0, NULL, NULL);
    next->clReleaseCommandQueue(queue);
  }
  free(devices);
  free(bytes);
  return status;
}

static cl_mem CL_API_CALL create_buffer(cl_context context, cl_mem_flags flags, size_t size, void *host, cl_int *error) {
  cl_int status = CL_SUCCESS;
  cl_mem memory = next->clCreateBuffer(context, flags, size, host, &status);
  if (memory != NULL && host == NULL) {
    status = poison(context, memory, size);
    if (status != CL_SUCCESS) {
      next->clReleaseMemObject(memory);
      memory = NULL;
    }
  }
  if (error != NULL) *error = status;
  return memory;
}

// Writes `size` bytes at `offset` as part of the whole: `source` again and again, which has `period` bytes.
static cl_int patch(cl_command_queue queue, cl_mem memory, size_t offset, size_t size, const void *source, size_t period,
                    cl_uint waits, const cl_event *wait_list, cl_event *event) {
  size_t whole = 0;
  cl_int status = next->clGetMemObjectInfo(memory, CL_MEM_SIZE, sizeof whole, &whole, NULL);
  if (status != CL_SUCCESS) return status;
  if (source == NULL || period == 0 || size == 0 || offset > whole || size > whole - offset) return CL_INVALID_VALUE;
  char *bytes = malloc(whole);
  if (bytes == NULL) abort();
  status = next->clEnqueueReadBuffer(queue, memory, CL_TRUE, 0, whole, bytes, waits, wait_list, NULL);
  if (status == CL_SUCCESS) {
    for (size_t i = 0; i < size; i++) bytes[offset + i] = ((const char *)source)[i % period];
    status = next->clEnqueueWriteBuffer(queue, memory, CL_TRUE, 0, whole, bytes, 0, NULL, event);
  }
  free(bytes);
  return status;
}

static cl_int CL_API_CALL write_buffer(cl_command_queue queue, cl_mem memory, cl_bool blocking, size_t offset, size_t size,
                                       const void *source, cl_uint waits, const cl_event *wait_list, cl_event *event) {
  (void)blocking;
  return patch(queue, memory, offset, size, source, size, waits, wait_list, event);
}

static cl_int CL_API_CALL fill_buffer(cl_command_queue queue, cl_mem memory, const void *pattern, size_t period,
                                      size_t offset, size_t size, cl_uint waits, const cl_event *wait_list,
                                      cl_event *event) {
  return patch(queue, memory, offset, size, pattern, period, waits, wait_list, event);
}

static cl_int CL_API_CALL copy_buffer(cl_command_queue queue, cl_mem source, cl_mem target, size_t from, size_t to,
                                      size_t size, cl_uint waits, const cl_event *wait_list, cl_event *event) {
  char *bytes = malloc(size);
  if (bytes == NULL) abort();
  cl_int status = next->clEnqueueReadBuffer(queue, source, CL_TRUE, from, size, bytes, waits, wait_list, NULL);
  if (status == CL_SUCCESS) status = patch(queue, target, to, size, bytes, size, 0, NULL, event);
  free(bytes);
  return status;
}

static void override_calls(void) {
  layer.clCreateBuffer = create_buffer;
  layer.clEnqueueWriteBuffer = write_buffer;
  layer.clEnqueueFillBuffer = fill_buffer;
  layer.clEnqueueCopyBuffer = copy_buffer;
}
