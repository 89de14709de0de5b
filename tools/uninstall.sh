#!/bin/sh
# Removes what `make install` installed, and the folders that are Ridgeline's own: uninstall.sh build/release/install_manifest.txt
set -eu

manifest=${1:?"uninstall: give the manifest, build/release/install_manifest.txt"}
[ -f "$manifest" ] || { echo "uninstall: $manifest is not there; was it installed from here?" >&2; exit 2; }
# DESTDIR as it was for the installation.
while IFS= read -r file || [ -n "$file" ]; do
  rm -f -- "${DESTDIR:-}$file"
  folder=$(dirname -- "${DESTDIR:-}$file")
  while [ -d "$folder" ] && case "$folder" in *[Rr]idgeline*) true ;; *) false ;; esac; do
    case "$(basename -- "$folder")" in bin | share | lib | include) break ;; esac
    rmdir -- "$folder" 2> /dev/null || break
    folder=$(dirname -- "$folder")
  done
done < "$manifest"
