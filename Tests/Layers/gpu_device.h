// What gpu.c lets a device say of itself: a GPU that nobody makes. Included by it alone.

static cl_uint units = 132;

static cl_int answer(const void *from, size_t length, size_t size, void *value, size_t *needed) {
  if (value != NULL && size < length) return CL_INVALID_VALUE;
  if (value != NULL) memcpy(value, from, length);
  if (needed != NULL) *needed = length;
  return CL_SUCCESS;
}
#define ANSWER(type, constant) answer(&(type){constant}, sizeof(type), size, value, needed)

static cl_int CL_API_CALL get_device_info(cl_device_id device, cl_device_info name, size_t size, void *value,
                                          size_t *needed) {
  static const char text[] = "stand-in for a GPU";
  switch (name) {
    case CL_DEVICE_TYPE: return ANSWER(cl_device_type, CL_DEVICE_TYPE_GPU);
    case CL_DEVICE_NAME:
    case CL_DEVICE_VENDOR: return answer(text, sizeof text, size, value, needed);
    case CL_DEVICE_VENDOR_ID: return ANSWER(cl_uint, 0);
    case CL_DEVICE_MAX_COMPUTE_UNITS: return ANSWER(cl_uint, units);
    case CL_DEVICE_MAX_WORK_GROUP_SIZE: return ANSWER(size_t, 1024);
    case CL_DEVICE_LOCAL_MEM_TYPE: return ANSWER(cl_device_local_mem_type, CL_LOCAL);
    case CL_DEVICE_LOCAL_MEM_SIZE: return ANSWER(cl_ulong, 48 << 10);
    case CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT:
    case CL_DEVICE_NATIVE_VECTOR_WIDTH_DOUBLE: return ANSWER(cl_uint, 1);
    default: return next->clGetDeviceInfo(device, name, size, value, needed);
  }
}

static cl_int CL_API_CALL get_devices(cl_platform_id platform, cl_device_type type, cl_uint room, cl_device_id *devices,
                                      cl_uint *found) {
  return next->clGetDeviceIDs(platform, type & CL_DEVICE_TYPE_GPU ? CL_DEVICE_TYPE_ALL : type, room, devices, found);
}
