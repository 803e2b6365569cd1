#!/bin/bash
# Installs what mpiscan needs (Debian, Ubuntu), builds it, puts ./mpiscan at the top of the checkout, and runs its main
# job on four ranks. Works as root and as a user with sudo; installs nothing when everything is there.
#   src/quickstart.sh                all of that
#   src/quickstart.sh --no-run       without the run
#   src/quickstart.sh --with-tests   also what the tests on a cluster start: Slurm, munge, sshd (they are skipped without)
set -eu
cd "$(dirname "$0")/.."

packages=(build-essential cmake pkg-config openmpi-bin libopenmpi-dev libhyperscan-dev libisal-dev libzstd-dev
  liblzma-dev libbz2-dev liblz4-dev libjansson-dev libxxhash-dev
  libvips-dev libjpeg62-turbo-dev libturbojpeg0-dev libseccomp-dev zlib1g-dev check python3 python3-pil libjpeg-turbo-progs
  libvips-tools)
run=1
for option in "$@"; do
  case $option in
    --no-run) run= ;;
    --with-tests) packages+=(slurmctld slurmd slurm-client munge openssh-server openssh-client iproute2) ;;
    *)
      echo "quickstart.sh: unknown option $option" >&2
      exit 2
      ;;
  esac
done
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ "${#missing[@]}" -gt 0 ]; then
  as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo)
  "${as_root[@]}" apt-get update
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"
fi

cmake --preset default
cmake --build --preset default --parallel "$(nproc)"
ln -sf build/bin/mpiscan mpiscan

[ -n "$run" ] || exit 0
# Open MPI wants to be told twice that root is meant.
[ "$(id -u)" -eq 0 ] && export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
echo "+ mpirun --hostfile hostfiles/laptop -np 4 ./mpiscan logs"
exec mpirun --hostfile hostfiles/laptop -np 4 ./mpiscan logs
