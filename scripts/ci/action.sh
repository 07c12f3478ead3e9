#!/usr/bin/env bash
# What action.yml runs. Everything comes by environment: no text of an event or an input is ever part of a script.
set -uo pipefail
shopt -s nullglob

version=${INPUT_VERSION:-}
built=$GITHUB_ACTION_PATH/dist/cli.cjs
if [[ -z $version && ! -f $built ]]; then
  version=$(cd "$GITHUB_ACTION_PATH" && node --print 'JSON.parse(fs.readFileSync("package.json", "utf8")).version')
fi

# The published package; a checkout that is built runs itself.
ledger() {
  if [[ -n $version ]]; then
    npx --yes "reward-ledger@$version" "$@"
  else
    node "$built" "$@"
  fi
}

status=0
# Goes on after a failure, which fails the job at its end: the report is of use all the more.
attempt() {
  "$@" || status=1
}

# Files that the lines of an input name.
found=()
find_files() {
  local IFS=$'\n'
  # shellcheck disable=SC2206 # Split into lines, which may be patterns.
  found=(${1//$'\r'/})
  if [[ -n $1 && ${#found[@]} -eq 0 ]]; then
    echo "::warning title=Reward Ledger::No file is named by the $2."
  fi
}

# Records what tools found in code that is new since the base of the pull request, or since the push before.
review() {
  local name commit
  for name in "origin/$INPUT_BASE" "$INPUT_BASE"; do
    if commit=$(git rev-parse --quiet --verify --end-of-options "$name^{commit}"); then break; fi
  done
  if [[ -z $commit ]]; then
    echo "The base is not in the checkout, so all code counts. \`fetch-depth: 0\` of actions/checkout brings it."
    attempt ledger review --all "$@"
  elif git diff --quiet "$commit" HEAD; then
    echo "No code is new, so there is nothing to review."
  else
    attempt ledger review --base "$commit" "$@"
  fi
}

record() {
  find_files "${INPUT_REPORTS:-}" "input reports"
  for file in ${found[@]+"${found[@]}"}; do
    attempt ledger update --from "$file"
  done
  find_files "${INPUT_FINDINGS:-}" "input findings"
  if [[ ${#found[@]} -gt 0 ]]; then review "${found[@]}"; fi
  find_files "${INPUT_EVALS:-}" "input evals"
  for file in ${found[@]+"${found[@]}"}; do
    attempt ledger eval push "$file"
  done
  if [[ ${INPUT_SYNC:-} == true ]]; then
    attempt ledger sync now
  fi
}

report_file=$RUNNER_TEMP/reward-ledger-report.md
report() {
  local options=(--markdown --against "$INPUT_AGAINST")
  if [[ ${INPUT_MESSAGES:-} == true ]]; then options+=(--messages); fi
  if [[ ${INPUT_SYNC:-} == true ]]; then options+=(--team); fi
  if ! ledger report "${options[@]}" >"$report_file"; then
    status=1
    return
  fi
  cat "$report_file" >>"$GITHUB_STEP_SUMMARY"
  echo "report=$report_file" >>"$GITHUB_OUTPUT"
  # A host that fails is no reason to fail the job: its summary has the report.
  if [[ ${INPUT_COMMENT:-} == true ]] && ! ledger comment --from "$report_file" --key "$INPUT_KEY"; then
    comment_failed=true
  fi
}

if [[ -n ${INPUT_AGENT:-} ]]; then export REWARD_LEDGER_AGENT=$INPUT_AGENT; fi

# What files of a pull request say is printed where no line of it is a command to the runner.
silence=$(node --print 'crypto.randomUUID()')
comment_failed=false
echo "::stop-commands::$silence"
record
report
if [[ -n ${INPUT_CHECK:-} ]]; then
  set -f
  # shellcheck disable=SC2086 # Options of the workflow's author.
  attempt ledger check $INPUT_CHECK
fi
echo "::$silence::"
if [[ $comment_failed == true ]]; then
  echo "::warning title=Reward Ledger::The comment was not written. The job summary has the report."
fi
exit "$status"
