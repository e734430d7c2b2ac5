// Launches that gpu.c holds until the host waits, and their files. Included by it alone.
#include <unistd.h>

#include "launch.h"

#define PAGE 4096

// Calls a function of every argument that is a buffer: clRetainMemObject or clReleaseMemObject.
static void for_buffers(const struct launch *launch, cl_int(CL_API_CALL *call)(cl_mem)) {
  for (uint64_t i = 0; i < launch->arguments; i++)
    if (launch->argument[i].buffer != 0) call((cl_mem)launch->argument[i].value);
}

static uint64_t whole_pages(uint64_t size) { return (size + PAGE - 1) / PAGE * PAGE; }

// Pages of zeros are left out: the file is as long, but takes no room there.
static cl_int write_pages(FILE *file, cl_command_queue queue, cl_mem memory, uint64_t offset, size_t size) {
  cl_int status = CL_SUCCESS;
  char *bytes = next->clEnqueueMapBuffer(queue, memory, CL_TRUE, CL_MAP_READ, 0, size, 0, NULL, NULL, &status);
  if (status != CL_SUCCESS) return status;
  for (size_t i = 0; i < size; i += PAGE) {
    const size_t length = size - i < PAGE ? size - i : PAGE;
    if (bytes[i] == 0 && memcmp(bytes + i, bytes + i + 1, length - 1) == 0) continue;
    fseek(file, (long)(offset + i), SEEK_SET);
    fwrite(bytes + i, 1, length, file);
  }
  return next->clEnqueueUnmapMemObject(queue, memory, bytes, 0, NULL, NULL);
}

// Writes a launch whose buffers are still its handles, lets go of them and closes the file.
static void write_launch(struct launch *launch, FILE *file, cl_command_queue queue) {
  uint64_t end = whole_pages(sizeof *launch);
  cl_mem written[MOST_ARGUMENTS];
  cl_int status = CL_SUCCESS;
  launch->buffers = 0;
  for (uint64_t i = 0; i < launch->arguments && status == CL_SUCCESS; i++) {
    if (launch->argument[i].buffer == 0) continue;
    cl_mem memory = written[launch->buffers] = (cl_mem)launch->argument[i].value;
    uint64_t number = 0;
    while (written[number] != memory) number++;
    launch->argument[i].buffer = number + 1;
    if (number < launch->buffers) continue;
    size_t size = 0;
    status = next->clGetMemObjectInfo(memory, CL_MEM_SIZE, sizeof size, &size, NULL);
    launch->buffer[launch->buffers].offset = end;
    launch->buffer[launch->buffers++].size = size;
    if (status == CL_SUCCESS) status = write_pages(file, queue, memory, end, size);
    end += whole_pages(size);
  }
  rewind(file);
  fwrite(launch, sizeof *launch, 1, file);
  if (status != CL_SUCCESS || fflush(file) != 0 || ferror(file) || ftruncate(fileno(file), (off_t)end) != 0) {
    fprintf(stderr, "error: cannot write a launch to GPU_LAUNCHES (OpenCL says %d); make room there\n", status);
    abort();
  }
  fclose(file);
  for_buffers(launch, next->clReleaseMemObject);
}
