#!/bin/bash
# Installs Open MPI where pkg-config finds no MPI. MDLSTM_MPI_PKG names another package of pkg-config; of mpich, MPICH is installed.
set -eu
package=${MDLSTM_MPI_PKG:-mpi-c}
pkg-config --exists "$package" && exit 0
command -v apt-get > /dev/null || { echo "no MPI found: install Open MPI or MPICH, so that pkg-config has '$package'" >&2; exit 1; }
sudo=$([ "$(id -u)" = 0 ] || echo sudo)
case $package in
  mpich*) $sudo apt-get install -y libmpich-dev mpich ;;
  *) $sudo apt-get install -y libopenmpi-dev openmpi-bin ;;
esac
