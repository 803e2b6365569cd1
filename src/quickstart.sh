#!/bin/bash
# Builds mpiscan, links it as ./mpiscan at the top of the checkout, and runs its main job on four ranks. What the build and
# the tests need and this machine lacks is installed first (Debian, Ubuntu; as root or with sudo). Where that is impossible,
# what is missing is named.
#   src/quickstart.sh                all of that
#   src/quickstart.sh --no-run       without the run
#   src/quickstart.sh --no-install   install nothing
#   src/quickstart.sh --with-tests   install also what the tests on a cluster need (skipped without): Slurm, munge, sshd
#   src/quickstart.sh ... -- ARG...  further arguments of cmake, e.g. -DCMAKE_PREFIX_PATH=$HOME/sw
set -eu
cd "$(dirname "$0")/.."
PATH=$PATH:/usr/sbin:/sbin

# What is needed, as PROBE=PACKAGE: tool:NAME in the path, pc:MODULE of pkg-config (_ for a space), header:FILE of the C
# compiler, py:MODULE of the system's Python. The packages have these names in Debian 12 and 13 and Ubuntu 24.04.
needs=(tool:cc=build-essential tool:make=build-essential tool:cmake=cmake tool:pkg-config=pkg-config
  tool:mpicc=libopenmpi-dev tool:mpirun=openmpi-bin pc:libhs=libhyperscan-dev pc:libpcre2-8=libpcre2-dev pc:libisal=libisal-dev
  pc:libzstd=libzstd-dev "pc:liblzma_>=_5.4=liblzma-dev" header:bzlib.h=libbz2-dev pc:liblz4=liblz4-dev
  pc:jansson=libjansson-dev pc:libxxhash=libxxhash-dev "pc:vips_>=_8.13=libvips-dev" pc:libjpeg=libjpeg-dev
  pc:libturbojpeg=libturbojpeg0-dev pc:libseccomp=libseccomp-dev pc:zlib=zlib1g-dev)
test_needs=(tool:python3=python3 pc:check=check py:PIL=python3-pil tool:jpegtran=libjpeg-turbo-progs tool:vips=libvips-tools)
cluster_needs=(tool:slurmctld=slurmctld tool:slurmd=slurmd tool:sinfo=slurm-client tool:munged=munge
  tool:sshd=openssh-server tool:ssh=openssh-client tool:ip=iproute2)

run=1 install=1 cmake_arguments=()
while [ $# -gt 0 ]; do
  case $1 in
    --no-run) run= ;;
    --no-install) install= ;;
    --with-tests) test_needs+=("${cluster_needs[@]}") ;;
    --)
      shift
      cmake_arguments=("$@")
      break
      ;;
    *)
      echo "quickstart.sh: unknown option $1" >&2
      exit 2
      ;;
  esac
  shift
done

# What cmake finds below a prefix is found here too.
for argument in ${cmake_arguments[@]+"${cmake_arguments[@]}"}; do
  if [[ $argument == -DCMAKE_PREFIX_PATH=* ]]; then
    IFS=';' read -r -a prefixes <<<"${argument#*=}"
    for prefix in "${prefixes[@]}"; do
      export PATH="$prefix/bin:$PATH" CPATH="$prefix/include${CPATH:+:$CPATH}"
      export PKG_CONFIG_PATH="$prefix/lib/pkgconfig:$prefix/lib64/pkgconfig:$prefix/share/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
    done
  fi
done

# found PROBE: is it there?
found() {
  local what=${1#*:}
  case $1 in
    tool:*) command -v "$what" >/dev/null ;;
    pc:*) pkg-config --exists "${what//_/ }" 2>/dev/null ;;
    header:*) echo "#include <$what>" | cc -E -x c - >/dev/null 2>&1 ;;
    py:*) /usr/bin/python3 -c "import $what" 2>/dev/null ;;
  esac
}

# look NEED...: sets `missing` to those that are not found.
look() {
  local need
  missing=()
  for need in "$@"; do
    found "${need%=*}" || missing+=("$need")
  done
}

# name NEED...: a line for each.
name() {
  local need what
  for need in "$@"; do
    what=${need%=*}
    case $what in
      tool:*) what="program ${what#*:}" ;;
      pc:*) what="library ${what#*:} (found by pkg-config)" ;;
      header:*) what="C header ${what#*:}" ;;
      py:*) what="Python module ${what#*:}" ;;
    esac
    echo "  ${what//_/ }; package ${need##*=} of Debian and Ubuntu" >&2
  done
}

install_packages() {
  local as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo)
  "${as_root[@]}" apt-get update &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

look "${needs[@]}" "${test_needs[@]}"
if [ "${#missing[@]}" -gt 0 ] && [ -n "$install" ] && command -v apt-get >/dev/null &&
  { [ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null; }; then
  mapfile -t packages < <(printf '%s\n' "${missing[@]##*=}" | sort -u)
  install_packages "${packages[@]}" || echo "quickstart.sh: not installed: ${packages[*]}" >&2
fi
look "${test_needs[@]}"
if [ "${#missing[@]}" -gt 0 ]; then
  echo "quickstart.sh: missing for the tests:" >&2
  name "${missing[@]}"
fi
look "${needs[@]}"
if [ "${#missing[@]}" -gt 0 ]; then
  echo "quickstart.sh: missing for the build:" >&2
  name "${missing[@]}"
  exit 1
fi

cmake --preset default ${cmake_arguments[@]+"${cmake_arguments[@]}"}
cmake --build --preset default --parallel "$(nproc)"
ln -sf build/bin/mpiscan mpiscan

[ -n "$run" ] || exit 0
# Open MPI refuses to run as root without both variables.
[ "$(id -u)" -ne 0 ] || export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
echo "+ mpirun --hostfile hostfiles/laptop --bind-to none -np 4 ./mpiscan logs"
exec mpirun --hostfile hostfiles/laptop --bind-to none -np 4 ./mpiscan logs
