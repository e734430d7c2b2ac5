#!/bin/sh
# Installs what the package needs and the system lacks: libraries by apt-get, and says so. Without apt, lists it.
set -eu

if ! command -v swift >/dev/null 2>&1; then
  echo "error: no 'swift' found; install Swift 6.1 or later from swift.org and put it on the PATH" >&2
  exit 1
fi
version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
if [ "${version%%.*}" -lt 6 ] || { [ "${version%%.*}" -eq 6 ] && [ "${version#*.}" -lt 1 ]; }; then
  echo "error: Swift $version found; expected 6.1 or later" >&2
  exit 1
fi

missing=""
need() { missing="$missing $1"; }
command -v pkg-config >/dev/null 2>&1 || need pkg-config
has() { command -v pkg-config >/dev/null 2>&1 && pkg-config --exists "$1"; }
has OpenCL || need ocl-icd-opencl-dev
[ -e /usr/include/CL/cl.h ] || [ -e /usr/local/include/CL/cl.h ] || need opencl-headers
has clblast || need libclblast-dev
has libpng || need libpng-dev
has libturbojpeg || need libturbojpeg0-dev
has zlib || need zlib1g-dev
# pocl is the device every test runs on, whatever else there is. Its .icd file may outlive the library it names.
has_pocl() {
  [ -z "${OCL_ICD_VENDORS:-}" ] || return 0
  for icd in /etc/OpenCL/vendors/*pocl*; do
    [ -e "$icd" ] || continue
    library=$(head -n 1 "$icd")
    case $library in
      /*) [ ! -e "$library" ] || return 0 ;;
      # The cache lists sonames: libpocl.so.2 for a file named libpocl.so.2.10.0.
      *) ! PATH="$PATH:/sbin:/usr/sbin" ldconfig -p | grep -qF "${library%%.so*}.so" || return 0 ;;
    esac
  done
  return 1
}
has_pocl || need pocl-opencl-icd
# shellcheck disable=SC2086
"$(dirname "$0")/install.sh" $missing
