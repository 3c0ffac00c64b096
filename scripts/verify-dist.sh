#!/bin/sh
# sh verify-dist.sh TAG [REPOSITORY]: is the bundle at TAG what its sources build?
# Prints `same` and ends with 0, or each file that differs and ends with 1. 2: it could not be found out.
# Copy this file from anywhere: it needs nothing else of Image Gate, only git, tar, npm, and a Node from 20.

# Stop at the first command that fails, and where a variable has no value.
set -eu

# The first argument, and the second one or the project's own repository.
tag=${1:-}
repository=${2:-https://github.com/OWNER/image-gate}

# What failed, on standard error. 2, so that it is not taken for a bundle that differs.
give_up() {
  echo "verify-dist: $1" >&2
  exit 2
}
[ -n "$tag" ] || give_up "usage: sh verify-dist.sh TAG [REPOSITORY]"

# All work happens in a new folder, which is removed at the end, however this ends.
folder=$(mktemp -d) || give_up "no folder could be made"
trap 'rm -rf "$folder"' EXIT

# The tag alone, without history. A branch of the same name, which `git clone --branch` would prefer, is not taken.
git check-ref-format "refs/tags/$tag" || give_up "$tag cannot be the name of a tag"
git init --quiet "$folder/source"
git --git-dir="$folder/source/.git" fetch --quiet --depth 1 -- "$repository" "refs/tags/$tag" ||
  give_up "$tag of $repository could not be fetched"
cd "$folder/source"
git checkout --quiet --detach FETCH_HEAD || give_up "$tag could not be checked out"
echo "commit $(git rev-parse HEAD)" >&2

# The bundle as it was released, out of the way of the new one.
mv dist "$folder/released" || give_up "there is no dist/ at $tag"

# A build writes files only. `diff` would follow a link, from here to another place than where the bundle runs.
strange=$(cd "$folder" && find released ! -type f ! -type d)
[ -z "$strange" ] || { echo "$strange" && exit 1; }

# GitHub gives a job an archive of the tag. There, attributes of Git (`export-subst`, `export-ignore`) can write other
# text into a file, or leave it out: a checkout does not show it. What runs is the archive.
mkdir "$folder/archive"
git archive HEAD dist >"$folder/archive.tar" || give_up "no archive of $tag could be made"
tar -xf "$folder/archive.tar" -C "$folder/archive" || give_up "the archive could not be unpacked"
mv "$folder/archive/dist" "$folder/archived" || give_up "the archive has no dist/"
(cd "$folder" && LC_ALL=C diff -rq released archived) || exit 1

# The packages that the lock file names, each held to its hash. Their own scripts are not run.
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2 || give_up "npm ci failed"

# The build, with Node 24 from these packages on Linux, otherwise with the Node 24 that is installed.
npm run --silent build >/dev/null || give_up "the build failed"

# Names and contents of all files. `diff` ends with 1 where they differ, and names each file in English; with more, it
# failed.
mv dist "$folder/built" || give_up "the build wrote no dist/"
cd "$folder"
LC_ALL=C diff -rq released built && echo same && exit 0
[ $? -eq 1 ] || give_up "the two folders could not be compared"
exit 1
