#!/usr/bin/env bash
# The Debian packages in a clean root: deb.sh BUILD_DIR [ROOT.tar]
#
# Makes a minimal Debian 12 with mmdebstrap (or unpacks ROOT.tar, one made before), installs the package there as a user
# would, runs it as an ordinary user, and removes it again: nothing of it may stay. Needs root, mmdebstrap and network; a
# few minutes. `make test-deb`.
set -euo pipefail

build=$(realpath "$1")
keep=${2:-}
packages=("$build"/packages/ridgeline_*.deb)
[ -f "${packages[0]}" ] || { echo "test-deb: no package in $build/packages; make deb" >&2; exit 2; }
[ "$(id -u)" -eq 0 ] || { echo "test-deb: chroot needs root" >&2; exit 2; }
[ -f "$keep" ] || command -v mmdebstrap > /dev/null || { echo "test-deb: apt-get install mmdebstrap" >&2; exit 2; }

work=$(mktemp -d)
root=$work/root
end() {
  umount "$root/proc" 2> /dev/null || true
  rm -rf --one-file-system "$work"
}
trap end EXIT

say() { echo "test-deb: $*"; }
fail() { echo "test-deb: FAILED: $*" >&2; exit 1; }
inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
as_user() { inside setpriv --reuid 1000 --regid 1000 --clear-groups env HOME=/home/somebody "$@"; }
listing() { (cd "$root" && find . -path ./proc -prune -o -path ./var/lib/apt -prune -o -path ./var/cache -prune -o \
  -path ./var/log -prune -o -path ./var/lib/dpkg -prune -o -path ./tmp -prune -o -path ./home -prune -o -print) | LC_ALL=C sort; }

if [ -n "$keep" ] && [ -f "$keep" ]; then
  mkdir -p "$root"
  tar -xf "$keep" -C "$root" --exclude='./dev/*'
else
  sources=/etc/apt/sources.list.d/debian.sources
  [ -f "$sources" ] || sources=/etc/apt/sources.list
  say "making a minimal Debian 12"
  mmdebstrap --quiet --variant=minbase bookworm "${keep:-$work/root.tar}" "$sources"
  mkdir -p "$root"
  tar -xf "${keep:-$work/root.tar}" -C "$root" --exclude='./dev/*'
fi
mkdir -p "$root/proc" "$root/dev" "$root/home/somebody"
for device in "null 1 3" "urandom 1 9" "zero 1 5"; do
  read -r name major minor <<< "$device"
  [ -e "$root/dev/$name" ] || mknod -m 666 "$root/dev/$name" c "$major" "$minor" 2> /dev/null || : > "$root/dev/$name"
done
ln -sfn /proc/self/fd "$root/dev/fd"
mount -t proc proc "$root/proc" 2> /dev/null || mount --bind /proc "$root/proc" || fail "no /proc in the clean root"
cp /etc/resolv.conf /etc/hosts "$root/etc/"
chown 1000:1000 "$root/home/somebody"
echo 'APT::Sandbox::User "root";' > "$root/etc/apt/apt.conf.d/90test"

say "installing"
inside apt-get update -qq
inside apt-get install -y -qq --no-install-recommends man-db bash-completion > "$work/apt" 2>&1 || { tail "$work/apt"; fail "apt-get install man-db"; }
mkdir -p "$root/tmp/packages"
cp "${packages[@]}" "$root/tmp/packages/"
# What the package pulls in is there before, so that only its own files are counted.
depends=$(dpkg-deb -f "${packages[0]}" Depends | sed 's/ *([^)]*)//g; s/|[^,]*//g; s/,/ /g')
# shellcheck disable=SC2086
inside apt-get install -y -qq --no-install-recommends $depends > "$work/apt" 2>&1 || { tail "$work/apt"; fail "apt-get install $depends"; }
listing > "$work/before"
inside sh -c 'apt-get install -y -qq --no-install-recommends /tmp/packages/ridgeline_*.deb' > "$work/apt" 2>&1 ||
  { tail "$work/apt"; fail "apt-get install ridgeline.deb"; }
listing > "$work/with"

say "using"
as_user ridgeline --version
as_user ridgeline predict llama-3-8b h100 > "$work/predicted" || fail "predict"
head -3 "$work/predicted"
as_user ridgeline simulate resnet-50 l4 --scenario server --qps 300 --duration 1s | grep VALID > /dev/null || fail "simulate"
as_user ridgeline doctor > "$work/doctor" || { cat "$work/doctor"; fail "doctor"; }
cat "$work/doctor"
as_user ridgeline bench sleep:1ms --scenario single-stream --duration 0s --max-queries 5 > /dev/null 2>&1 || [ $? -eq 1 ] || fail "bench"
as_user ridgeline runs list | grep sleep > /dev/null || fail "the run of bench was not kept"
[ "$(inside man -w ridgeline)" = /usr/share/man/man1/ridgeline.1.gz ] || fail "man -w ridgeline"
inside sh -c 'man ridgeline-predict | cat' | grep SYNOPSIS > /dev/null || fail "man ridgeline-predict"
inside bash -c 'source /usr/share/bash-completion/completions/ridgeline; COMP_WORDS=(ridgeline sim); COMP_CWORD=1; _ridgeline
  [ "${COMPREPLY[*]}" = simulate ]' || fail "bash completion"
for file in /usr/share/zsh/vendor-completions/_ridgeline /usr/share/fish/vendor_completions.d/ridgeline.fish \
  /usr/share/doc/ridgeline/copyright /usr/share/doc/ridgeline/changelog.gz; do
  [ -f "$root$file" ] || fail "$file is not there"
done
strays=$(comm -13 "$work/before" "$work/with" | grep -vi ridgeline || true)
[ -z "$strays" ] || [ "$(grep -cvE '^\./(usr/share/(zsh|fish)(/|$))' <<< "$strays")" -eq 0 ] || fail "files of no Ridgeline: $strays"

say "removing"
inside apt-get purge -y -qq ridgeline > "$work/apt" 2>&1 || { tail "$work/apt"; fail "apt-get purge"; }
listing > "$work/after"
left=$(comm -13 "$work/before" "$work/after")
[ -z "$left" ] || fail "left behind: $left"
say "passed"
