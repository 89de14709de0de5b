#!/usr/bin/env bash
# `ridgeline check` in a GitHub workflow: what action.yml runs. Its inputs come as RIDGELINE_* variables, so that none
# of their text is ever shell code; what it found goes to $GITHUB_OUTPUT, the page to $GITHUB_STEP_SUMMARY.
set -euo pipefail

arguments=(--format github)
while IFS= read -r line; do
  line=${line#"${line%%[![:space:]]*}"}
  [ -z "$line" ] || arguments+=(--fail-if "$line")
done <<< "${RIDGELINE_FAIL_IF:-}"
[ -z "${RIDGELINE_CRITERIA:-}" ] || arguments+=(--criteria "$RIDGELINE_CRITERIA")
case "${RIDGELINE_STRICT:-false}" in
  true) arguments+=(--strict) ;;
  false) ;;
  *)
    echo "::error title=ridgeline check::strict must be true or false, not '$RIDGELINE_STRICT'"
    exit 2
    ;;
esac
comment=${RIDGELINE_COMMENT:-ridgeline-check.md}

code=0
"${RIDGELINE_PROGRAM:-ridgeline}" check "${arguments[@]}" --output "$comment" -- \
  "${RIDGELINE_BASE:?base is needed}" "${RIDGELINE_HEAD:?head is needed}" || code=$?

passed=false
[ "$code" -ne 0 ] || passed=true
printf 'passed=%s\nexit-code=%s\ncomment=%s\n' "$passed" "$code" "$comment" >> "${GITHUB_OUTPUT:-/dev/null}"
exit "$code"
