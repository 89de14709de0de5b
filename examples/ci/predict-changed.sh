#!/usr/bin/env bash
# Predicts every changed model on some devices, and some models on every changed device, before and after, and checks
# each pair. Run it in a repository that has a catalog folder with models/ and hardware/.
#
#     predict-changed.sh BASE_COMMIT CRITERIA_FILE
#
# DATA      the catalog folder; default data
# DEVICES   that changed models are predicted on; default h100-sxm-80gb l4
# MODELS    that are predicted on changed devices; default llama-3-8b resnet-50
# FORMAT    of each check; default text
# OUT       folder that keeps the predictions; default a temporary one
#
# Exit code: the worst of all checks; 0 where nothing changed.
set -euo pipefail

base_commit=$1 criteria=$2
data=${DATA:-data} format=${FORMAT:-text}
read -r -a devices <<< "${DEVICES:-h100-sxm-80gb l4}"
read -r -a models <<< "${MODELS:-llama-3-8b resnet-50}"
before=$(mktemp -d)
trap 'rm -rf "$before"' EXIT
out=${OUT:-$before/out}
mkdir -p "$out"

git archive "$base_commit" -- "$data" | tar -x -C "$before"
# Changed, not added or removed: a new file has nothing to be compared with.
changed() { git diff --name-only --diff-filter=M "$base_commit" -- "$data/$1/*.yaml"; }
id_of() { sed -n 's/^id: *//p' "$1" | head -1; }

# A prediction that does not fit exits with 3 and is printed all the same: the check says that it does not.
predict() { ridgeline --data "$1" predict "$2" "$3" --json > "$4" 2> /dev/null || [ $? -eq 3 ]; }

worst=0
check_pair() {
  local name="$1-on-$2" code=0
  if ! predict "$before/$data" "$1" "$2" "$out/$name.base.json"; then
    echo "$1 on $2: no prediction before the change, so none to compare with"
    return
  fi
  if ! predict "$data" "$1" "$2" "$out/$name.head.json"; then
    echo "$1 on $2: there was a prediction before the change, and there is none now:"
    ridgeline --data "$data" predict "$1" "$2" 2>&1 > /dev/null || true
    worst=2
    return
  fi
  ridgeline check "$out/$name.base.json" "$out/$name.head.json" --criteria "$criteria" --format "$format" || code=$?
  [ "$code" -le "$worst" ] || worst=$code
}

while IFS= read -r file; do
  for device in "${devices[@]}"; do check_pair "$(id_of "$file")" "$device"; done
done < <(changed models)
while IFS= read -r file; do
  for model in "${models[@]}"; do check_pair "$model" "$(id_of "$file")"; done
done < <(changed hardware)
exit "$worst"
