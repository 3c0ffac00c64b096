#!/usr/bin/env bash
# bash .github/propose-release.sh trivy|grype FOLDER: opens a pull request with the files in FOLDER, made by another job.
# Environment: GH_TOKEN. Nothing in FOLDER is run or trusted: only files that a new release changes are taken.
set -euo pipefail
scanner=$1
changes=$2
case $scanner in
  trivy) title=Trivy repository=aquasecurity/trivy ;;
  grype) title=Grype repository=anchore/grype ;;
  *)
    echo "Not a scanner." >&2
    exit 1
    ;;
esac
if [[ ! -d $changes || -z $(find "$changes" -mindepth 1 -print -quit) ]]; then
  echo "There is no new release of $title."
  exit 0
fi

table=src/scanners/$scanner/install/release-table.json
expected="(${table//./\\.}|CHANGELOG\\.md|dist/[a-z0-9@.-]+\\.js|dist/licenses\\.txt)"
strange=$(cd "$changes" && find . -regextype posix-extended ! -type d ! \( -type f -regex "\./$expected" \) -print)
if [[ -n $strange ]]; then
  printf 'Files that a new release does not change:\n%q\n' "$strange" >&2
  exit 1
fi

version=$(jq --raw-output .default "$changes/$table")
if [[ ! $version =~ ^[0-9]{1,5}\.[0-9]{1,5}\.[0-9]{1,5}$ ]]; then
  echo "Not a version." >&2
  exit 1
fi
branch=$scanner-$version

# A closed one counts, too: a maintainer has decided. Pull requests from forks do not count.
proposed=$(gh pr list --head "$branch" --state all --json isCrossRepository \
  --jq 'map(select(.isCrossRepository | not)) | length')
if [[ $proposed != 0 ]]; then
  echo "$title $version has been proposed already."
  exit 0
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
  commit --quiet --message "$title $version is compiled in and the default"

gh auth setup-git
git push --quiet --force origin "$branch"
gh pr create --head "$branch" --title "$title $version" --body "The signature of the release, the SHA-256 of its archives and the programs in them are verified (\`npm run add-scanner -- $scanner $version\`).

A good signature is not enough: Trivy 0.69.4 was malware, and its signature was possibly good. Before you merge, look at https://github.com/$repository/releases/tag/v$version and at the project's advisories.

GitHub starts no checks on a pull request that a workflow opened: close and reopen it."
