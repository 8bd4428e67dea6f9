#!/bin/bash
# Runs one command of deploy-action. What the orb's parameters say becomes DEPLOY_* variables; a parameter that was not
# given hides no variable of the project or of a context.
set -euo pipefail

for parameter in "${!DEPLOY_PARAM_@}"; do
  if [[ -n "${!parameter}" ]]; then export "DEPLOY_${parameter#DEPLOY_PARAM_}=${!parameter}"; fi
done
# CircleCI writes booleans as 1 and 0, or as true and false.
for flag in "${!DEPLOY_FLAG_@}"; do
  if [[ "${!flag}" =~ ^(1|true)$ ]]; then export "DEPLOY_${flag#DEPLOY_FLAG_}=true"; fi
done
if [[ -n "${DEPLOY_TOKEN_VARIABLE:-}" ]] && [[ -n "${!DEPLOY_TOKEN_VARIABLE:-}" ]]; then
  export DEPLOY_GITHUB_TOKEN="${!DEPLOY_TOKEN_VARIABLE}"
fi
export DEPLOY_OUTPUT_FILE="${DEPLOY_OUTPUT_FILE:-/tmp/deploy-action/outputs.env}"
export DEPLOY_SUMMARY_FILE="${DEPLOY_SUMMARY_FILE:-/tmp/deploy-action/summary.md}"

version="${DEPLOY_ACTION_VERSION:?}"
folder="$HOME/.deploy-action/$version"
program="$folder/node_modules/.bin/deploy-action"
if [[ ! -x "$program" ]]; then
  mkdir -p "$folder"
  npm install --prefix "$folder" --ignore-scripts --no-audit --no-fund --loglevel=error \
    "deploy-action@$version"
fi
# In the place of this shell, so that a cancelled job reaches it, and its exit code is that of the step.
exec "$program" "${DEPLOY_ACTION_COMMAND:?}"
