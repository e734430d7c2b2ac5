// An OpenCL layer in which a processor passes for a GPU that nobody makes, and which keeps what the host asks of it.
//
// GPU_UNITS     its compute units, 132 unless given
// GPU_SKIP      kernels do not run: buffers begin as zeros and stay so, but for what the host writes
// GPU_PROGRAMS  a folder for every program of which a kernel is made, once: KERNEL-HASH.cl, in the first line its options
// GPU_LAUNCHES  a folder for the largest launch of each, with all arguments and buffers: KERNEL-HASH.launch, see launch.h
// GPU_LOG       a file for what is enqueued: `launch KERNEL GROUPS`; `read BYTES` and `write BYTES`, with
//               `and wait` behind where the host does; `finish`
//
// For host programs that call OpenCL from one thread at a time. Scripts/gpu-static.sh builds it; OPENCL_LAYERS names it.
#include "layer.h"

#include <errno.h>
#include <stdbool.h>

#include "gpu_device.h"
#include "write_launch.h"

static bool skips;
static const char *programs_folder, *launches_folder;
static FILE *log_file;

struct program {
  struct program *before;
  cl_program handle;
  char *source, *options;
};

struct kernel {
  struct kernel *before;
  cl_kernel handle;
  char name[64], title[96];
  // The arguments now, and the largest launch that no file has yet.
  struct launch now, largest;
  bool is_unwritten;
};

static struct program *programs;
static struct kernel *kernels;
static cl_mem *buffers;
static size_t buffer_count;

static void *checked(void *memory) {
  if (memory != NULL) return memory;
  fprintf(stderr, "error: gpu.c needs memory and has none; free some\n");
  abort();
}

static FILE *open_file(const char *folder, const char *title, const char *ending, const char *mode) {
  char path[4096];
  snprintf(path, sizeof path, "%s%s%s%s", folder, title[0] != '\0' ? "/" : "", title, ending);
  FILE *file = fopen(path, mode);
  if (file != NULL || errno == EEXIST) return file;
  fprintf(stderr, "error: cannot write %s: %s; name a folder that can be written to\n", path, strerror(errno));
  abort();
}

// Programs.

static cl_program CL_API_CALL create_program(cl_context context, cl_uint count, const char **parts,
                                             const size_t *lengths, cl_int *status) {
  struct program *program = checked(calloc(1, sizeof *program));
  char *text = NULL;
  size_t length = 0;
  FILE *memory = checked(open_memstream(&text, &length));
  for (cl_uint i = 0; i < count; i++)
    fwrite(parts[i], 1, lengths != NULL && lengths[i] > 0 ? lengths[i] : strlen(parts[i]), memory);
  fclose(memory);
  *program = (struct program){programs, next->clCreateProgramWithSource(context, count, parts, lengths, status), text,
                              checked(strdup(""))};
  programs = program;
  return program->handle;
}

// The youngest of that handle: a driver gives handles again.
static struct program *program_of(cl_program handle) {
  struct program *program = programs;
  while (program != NULL && program->handle != handle) program = program->before;
  return program;
}

static cl_int CL_API_CALL build_program(cl_program handle, cl_uint count, const cl_device_id *devices,
                                        const char *options, void(CL_CALLBACK *notify)(cl_program, void *),
                                        void *argument) {
  struct program *program = program_of(handle);
  if (program != NULL && options != NULL) {
    free(program->options);
    program->options = checked(strdup(options));
  }
  return next->clBuildProgram(handle, count, devices, options, notify, argument);
}

static uint64_t hash(uint64_t value, const char *text) {
  for (; *text != '\0'; text++) value = (value ^ (unsigned char)*text) * 1099511628211u;
  return value;
}

static cl_kernel CL_API_CALL create_kernel(cl_program handle, const char *name, cl_int *status) {
  struct kernel *kernel = checked(calloc(1, sizeof *kernel));
  const struct program *program = program_of(handle);
  kernel->before = kernels;
  kernel->handle = next->clCreateKernel(handle, name, status);
  kernels = kernel;
  snprintf(kernel->name, sizeof kernel->name, "%s", name);
  if (program == NULL) return kernel->handle;
  const uint64_t key = hash(hash(14695981039346656037u, program->options), program->source);
  snprintf(kernel->title, sizeof kernel->title, "%s-%016llx", kernel->name, (unsigned long long)key);
  FILE *file = programs_folder != NULL ? open_file(programs_folder, kernel->title, ".cl", "wx") : NULL;
  if (file != NULL) {
    fprintf(file, "// %s\n%s", program->options, program->source);
    fclose(file);
  }
  return kernel->handle;
}

static struct kernel *kernel_of(cl_kernel handle) {
  static struct kernel *last;
  if (last != NULL && last->handle == handle) return last;
  struct kernel *kernel = kernels;
  while (kernel != NULL && kernel->handle != handle) kernel = kernel->before;
  return last = kernel;
}

static cl_int CL_API_CALL release_kernel(cl_kernel handle) {
  // Its handle may come again.
  cl_uint references = 0;
  next->clGetKernelInfo(handle, CL_KERNEL_REFERENCE_COUNT, sizeof references, &references, NULL);
  struct kernel *kernel = kernel_of(handle);
  if (references == 1 && kernel != NULL) kernel->handle = NULL;
  return next->clReleaseKernel(handle);
}

// Launches: the largest of each kernel is held, with its buffers, until the host waits; then it is written.

static cl_mem CL_API_CALL create_buffer(cl_context context, cl_mem_flags flags, size_t size, void *host, cl_int *error) {
  void *zeros = host == NULL && skips ? checked(calloc(size, 1)) : NULL;
  const cl_mem_flags copies = zeros != NULL ? CL_MEM_COPY_HOST_PTR : 0;
  cl_mem memory = next->clCreateBuffer(context, flags | copies, size, zeros != NULL ? zeros : host, error);
  free(zeros);
  buffers = checked(realloc(buffers, (buffer_count + 1) * sizeof *buffers));
  buffers[buffer_count++] = memory;
  return memory;
}

static bool is_buffer(uint64_t value) {
  for (size_t i = buffer_count; value != 0 && i-- > 0;)
    if ((uint64_t)buffers[i] == value) return true;
  return false;
}

static cl_int CL_API_CALL set_argument(cl_kernel handle, cl_uint index, size_t size, const void *value) {
  struct kernel *kernel = kernel_of(handle);
  if (kernel != NULL && index < MOST_ARGUMENTS && size <= sizeof(uint64_t)) {
    kernel->now.argument[index].value = 0;
    if (value != NULL) memcpy(&kernel->now.argument[index].value, value, size);
    kernel->now.argument[index].buffer = size == sizeof(cl_mem) && is_buffer(kernel->now.argument[index].value);
    if (index >= kernel->now.arguments) kernel->now.arguments = index + 1;
  }
  return next->clSetKernelArg(handle, index, size, value);
}

static void hold_launch(struct kernel *kernel) {
  const uint64_t *old = kernel->largest.groups, *new = kernel->now.groups;
  if (new[0] * new[1] <= old[0] * old[1]) return;
  if (kernel->is_unwritten) for_buffers(&kernel->largest, next->clReleaseMemObject);
  for_buffers(&kernel->now, next->clRetainMemObject);
  kernel->largest = kernel->now;
  kernel->is_unwritten = true;
}

static void host_waits(cl_command_queue queue) {
  for (struct kernel *kernel = kernels; launches_folder != NULL && kernel != NULL; kernel = kernel->before)
    if (kernel->is_unwritten) {
      write_launch(&kernel->largest, open_file(launches_folder, kernel->title, ".launch", "w"), queue);
      kernel->is_unwritten = false;
    }
}

static cl_int CL_API_CALL enqueue_kernel(cl_command_queue queue, cl_kernel handle, cl_uint axes, const size_t *offset,
                                         const size_t *global, const size_t *local, cl_uint waits,
                                         const cl_event *wait_list, cl_event *event) {
  struct kernel *kernel = kernel_of(handle);
  if (kernel != NULL && local != NULL) {
    kernel->now.group_size = local[0];
    kernel->now.groups[0] = global[0] / local[0];
    kernel->now.groups[1] = axes > 1 ? global[1] / local[1] : 1;
    if (launches_folder != NULL) hold_launch(kernel);
    if (log_file != NULL)
      fprintf(log_file, "launch %s %llu\n", kernel->name,
              (unsigned long long)(kernel->now.groups[0] * kernel->now.groups[1]));
  }
  if (!skips) return next->clEnqueueNDRangeKernel(queue, handle, axes, offset, global, local, waits, wait_list, event);
  if (waits == 0 && event == NULL) return CL_SUCCESS;
  return next->clEnqueueMarkerWithWaitList(queue, waits, wait_list, event);
}

// Everything else that is enqueued.

static void note(const char *what, size_t size, cl_bool waits) {
  if (log_file != NULL) fprintf(log_file, "%s %zu%s\n", what, size, waits ? " and wait" : "");
}

static cl_int CL_API_CALL read_buffer(cl_command_queue queue, cl_mem buffer, cl_bool waits, size_t offset, size_t size,
                                      void *to, cl_uint count, const cl_event *wait_list, cl_event *event) {
  note("read", size, waits);
  if (waits) host_waits(queue);
  return next->clEnqueueReadBuffer(queue, buffer, waits, offset, size, to, count, wait_list, event);
}

static cl_int CL_API_CALL write_buffer(cl_command_queue queue, cl_mem buffer, cl_bool waits, size_t offset, size_t size,
                                       const void *from, cl_uint count, const cl_event *wait_list, cl_event *event) {
  note("write", size, waits);
  return next->clEnqueueWriteBuffer(queue, buffer, waits, offset, size, from, count, wait_list, event);
}

static cl_int CL_API_CALL finish(cl_command_queue queue) {
  if (log_file != NULL) fprintf(log_file, "finish\n");
  host_waits(queue);
  return next->clFinish(queue);
}

static void override_calls(void) {
  if (getenv("GPU_UNITS") != NULL) units = (cl_uint)strtoul(getenv("GPU_UNITS"), NULL, 10);
  skips = getenv("GPU_SKIP") != NULL;
  programs_folder = getenv("GPU_PROGRAMS");
  launches_folder = getenv("GPU_LAUNCHES");
  if (getenv("GPU_LOG") != NULL) log_file = open_file(getenv("GPU_LOG"), "", "", "w");
  layer.clGetDeviceInfo = get_device_info;
  layer.clGetDeviceIDs = get_devices;
  layer.clCreateProgramWithSource = create_program;
  layer.clBuildProgram = build_program;
  layer.clCreateKernel = create_kernel;
  layer.clReleaseKernel = release_kernel;
  layer.clCreateBuffer = create_buffer;
  layer.clSetKernelArg = set_argument;
  layer.clEnqueueNDRangeKernel = enqueue_kernel;
  layer.clEnqueueReadBuffer = read_buffer;
  layer.clEnqueueWriteBuffer = write_buffer;
  layer.clFinish = finish;
}
