"""What compilers for GPUs make of the kernels, without a GPU: see Scripts/gpu-static.sh."""
