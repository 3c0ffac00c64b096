#!/usr/bin/env bash
# bash .github/commit-bundle.sh BRANCH COMMIT FOLDER: commits the bundle in FOLDER, which another job has built from COMMIT,
# to a branch of Dependabot. Environment: GH_TOKEN. Nothing in FOLDER or on the branch is run or trusted.
set -euo pipefail
branch=$1
commit=$2
bundle=$3
if [[ ! $branch =~ ^dependabot/npm_and_yarn/[A-Za-z0-9@._/-]+$ ]]; then
  echo "Not a branch of Dependabot." >&2
  exit 1
fi
strange=$(cd "$bundle" && find . -regextype posix-extended ! -path . \
  ! \( -type f -regex '\./([a-z0-9@.-]+\.js|licenses\.txt)' \) -print)
if [[ -n $strange ]]; then
  printf 'Unexpected files in the bundle:\n%q\n' "$strange" >&2
  exit 1
fi

gh auth setup-git
git fetch --quiet --depth 1 origin "refs/heads/$branch"
if [[ $(git rev-parse FETCH_HEAD) != "$commit" ]]; then
  echo "The branch has changed since the bundle was built: start again." >&2
  exit 1
fi
# In a separate work tree: a file of the branch must not replace this script while it runs.
tree=$(mktemp --directory)/tree
git worktree add --quiet --detach "$tree" "$commit"
find "$tree/dist" -maxdepth 1 -type f -delete
cp "$bundle"/* "$tree/dist/"
cd "$tree"
git add --all dist
if git diff --cached --quiet; then
  echo "dist/ is already current."
  exit 0
fi
git -c user.name='github-actions[bot]' -c user.email='41898282+github-actions[bot]@users.noreply.github.com' \
  commit --quiet --message "dist/ of the packages' new versions"
git push --quiet origin "HEAD:refs/heads/$branch"
echo "GitHub runs no checks on a commit that a workflow has pushed: close and reopen the pull request."
