import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { type GitHubState, type RepositoryFile, shaOf } from "./github-state.ts";
import { type TarEntry, tar } from "./tar.ts";

type Files = ReadonlyMap<string, RepositoryFile>;

/** Git's objects, as far as the API creates them, and what the repository does not allow. */
export interface GitState {
  readonly blobs: Map<string, Buffer>;
  readonly trees: Map<string, Files>;
  /** Branches that a ruleset protects. */
  readonly protectedBranches: Set<string>;
  /** The repository has no commit. */
  isEmpty: boolean;
  isArchived: boolean;
  /** A tree whose request is longer gets 502, as from GitHub when ten seconds are over. */
  mostTreeBytes: number;
  /** Instead of the archive that git makes: what it answers for any commit. */
  tarball?: Buffer;
}

export const gitState = (): GitState => ({
  blobs: new Map(),
  trees: new Map(),
  protectedBranches: new Set(),
  isEmpty: false,
  isArchived: false,
  mostTreeBytes: 40 << 20,
});

const bytesOf = (file: RepositoryFile): Buffer =>
  typeof file === "object" && "symlink" in file ? Buffer.from(file.symlink) : Buffer.from(file as string);

export function addBlob(git: GitState, content: Buffer): string {
  const sha = createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
  git.blobs.set(sha, content);
  return sha;
}

export function addTree(git: GitState, files: Files): string {
  const lines = [...files].map(([path, file]) => `${path} ${shaOf(bytesOf(file).toString("latin1"))}`);
  const sha = shaOf(`tree ${lines.sort().join("\n")}`);
  git.trees.set(sha, files);
  return sha;
}

/** The archive of a commit, as git makes it: in one folder, with the commit in a record for all. */
export function tarballOf(git: GitState, state: GitHubState, sha: string): Buffer | undefined {
  if (git.tarball) return git.tarball;
  const commit = state.commits.get(sha);
  if (!commit) return undefined;
  const folder = `${state.owner}-${state.name}-${sha.slice(0, 7)}/`;
  const folders = new Set([...commit.files.keys()].flatMap((path) => path.split("/").slice(0, -1)));
  const entries: TarEntry[] = [
    { path: "pax_global_header", type: "g", data: `52 comment=${sha}\n` },
    { path: folder },
    ...[...folders].map((each) => ({ path: `${folder}${each}/` })),
    ...[...commit.files].map(([path, file]) =>
      typeof file === "object" && "symlink" in file
        ? { path: folder + path, link: file.symlink }
        : { path: folder + path, data: file },
    ),
  ];
  return gzipSync(tar(entries, "ustar"), { level: 1 });
}
