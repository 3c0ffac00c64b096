#!/usr/bin/env bash
# bash .github/propose-trivy.sh FOLDER: opens a pull request with the files in FOLDER, made by another job. Environment:
# VERSION, GH_TOKEN. Nothing in FOLDER is run or believed: only files that a new release changes are taken.
set -euo pipefail
changes=$1
if [[ ! $VERSION =~ ^[0-9]{1,5}\.[0-9]{1,5}\.[0-9]{1,5}$ ]]; then
  echo "Not a version." >&2
  exit 1
fi
branch=trivy-$VERSION

# Also one that was closed: somebody has decided. Those from forks are not ours.
proposed=$(gh pr list --head "$branch" --state all --json isCrossRepository \
  --jq 'map(select(.isCrossRepository | not)) | length')
if [[ $proposed != 0 ]]; then
  echo "Trivy $VERSION has been proposed already."
  exit 0
fi

expected='(src/scanners/trivy/install/release-table\.json|CHANGELOG\.md|dist/[a-z0-9-]+\.js|dist/licenses\.txt)'
strange=$(cd "$changes" && find . -regextype posix-extended ! -type d ! \( -type f -regex "\./$expected" \) -print)
if [[ -n $strange ]]; then
  printf 'Files that a new release does not change:\n%q\n' "$strange" >&2
  exit 1
fi

# Chunks that the new bundle does not have any more.
rm -f dist/*.js
cp -R "$changes/." .
git switch --quiet --create "$branch"
git add --all
strange=$(git diff --cached --name-only | grep --invert-match --extended-regexp "^$expected\$" || true)
if [[ -n $strange ]]; then
  printf 'More changed than expected:\n%q\n' "$strange" >&2
  exit 1
fi
git -c user.name='github-actions[bot]' -c user.email='41898282+github-actions[bot]@users.noreply.github.com' \
  commit --quiet --message "Trivy $VERSION is compiled in and the default"

gh auth setup-git
git push --quiet --force origin "$branch"
gh pr create --head "$branch" --title "Trivy $VERSION" --body "The signature of the release, the SHA-256 of its archives and the programs in them are verified (\`npm run add-scanner -- trivy $VERSION\`).

A good signature is not enough: that of 0.69.4, which was malware, may well have been good. Before you merge, look at https://github.com/aquasecurity/trivy/releases/tag/v$VERSION and at the project's advisories.

GitHub starts no checks on a pull request that a workflow opened: close and reopen it."
