import { createHash } from "node:crypto";
import { atCommit } from "./check-tag.ts";
import { ReleaseFault } from "./fault.ts";
import type { Asset, GitHub, Release } from "./github.ts";
import type { Version } from "./version.ts";

export interface Publication {
  readonly version: Version;
  readonly commit: string;
  readonly notes: string;
  /** Names of the assets, and their bytes. */
  readonly files: ReadonlyMap<string, Buffer>;
}

const digestOf = (bytes: Buffer) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

/** All releases and drafts of a tag. Drafts are only shown to a token that may write. */
async function releasesOf(github: GitHub, tag: string): Promise<Release[]> {
  return (await github.list<Release>("/releases")).filter(({ tag_name }) => tag_name === tag);
}

/**
 * Makes the release: a draft, everything attached to it, then published, since nothing can be attached to an immutable
 * release. A draft that an earlier run left is finished, and a published release with the same files is left alone.
 * @param log gets a line for each step
 * @throws ReleaseFault
 */
export async function publish(github: GitHub, given: Publication, log: (line: string) => void): Promise<Release> {
  const { version, files } = given;
  await atCommit(github, given);
  const all = await releasesOf(github, version.tag);
  const published = all.find(({ draft }) => !draft);
  if (published) {
    const differing = await missingIn(github, published, files);
    if (differing.length > 0) throw releasedOtherwise(published, differing);
    log(`${version.tag} is published already, with the same files.`);
    return immutable(published);
  }
  const [left, ...more] = all;
  if (more.length > 0)
    throw new ReleaseFault(
      "several-drafts",
      `There are ${all.length} drafts of ${version.tag}.`,
      `Throw them away (npm run release -- discard ${version.tag}), then start this job again.`,
    );
  const draft = await writeDraft(github, given, left);
  log(left ? `Goes on with the draft that is there.` : `Made a draft.`);
  await attach(github, draft, files, log);
  // Meanwhile the tag could have been moved.
  await atCommit(github, given);
  const release = await github.need<Release>(`/releases/${draft.id}`, {
    method: "PATCH",
    // "legacy" lets GitHub compare versions: a fix of an older one does not become the latest.
    body: { draft: false, make_latest: "legacy" },
  });
  log(`Published ${release.html_url}`);
  // Until then, anyone who may write could change the draft.
  const differing = await missingIn(github, release, files);
  if (differing.length > 0) throw releasedOtherwise(release, differing);
  return immutable(release);
}

function writeDraft(github: GitHub, { version, commit, notes }: Publication, left?: Release): Promise<Release> {
  const body = { tag_name: version.tag, target_commitish: commit, name: version.tag, body: notes, draft: true };
  if (left) return github.need<Release>(`/releases/${left.id}`, { method: "PATCH", body });
  return github.need<Release>("/releases", { method: "POST", body });
}

/** Brings the assets of a draft to exactly these files. */
async function attach(
  github: GitHub,
  draft: Release,
  files: Publication["files"],
  log: (line: string) => void,
): Promise<void> {
  for (const { id, name, state, digest } of await assetsOf(github, draft)) {
    const wanted = files.get(name);
    if (wanted && state === "uploaded" && digest === digestOf(wanted)) continue;
    // A file of another build, half of one, or one that does not belong here.
    await github.ask(`/releases/assets/${id}`, { method: "DELETE" });
    log(`Removed ${name}.`);
  }
  for (const name of await missingIn(github, draft, files)) {
    await github.upload(draft, name, files.get(name) ?? Buffer.alloc(0));
    log(`Attached ${name}.`);
  }
  const differing = await missingIn(github, draft, files);
  if (differing.length > 0)
    throw new ReleaseFault(
      "assets-differ",
      `What GitHub keeps is not what was sent: ${differing.join(", ")}.`,
      "Start this job again.",
    );
}

const assetsOf = (github: GitHub, { id }: Release) => github.list<Asset>(`/releases/${id}/assets`);

/** Names of files that the release lacks, has with other bytes, or should not have. */
async function missingIn(github: GitHub, release: Release, files: Publication["files"]): Promise<string[]> {
  const there = new Map((await assetsOf(github, release)).map((asset) => [asset.name, asset]));
  const wanted = [...files].filter(([name, bytes]) => there.get(name)?.digest !== digestOf(bytes));
  return [...wanted.map(([name]) => name), ...[...there.keys()].filter((name) => !files.has(name))];
}

function releasedOtherwise({ html_url }: Release, differing: readonly string[]): ReleaseFault {
  return new ReleaseFault(
    "release-exists",
    `${html_url} is published with other files: ${differing.join(", ")}.`,
    "A release never changes. Find out who changed it, mark it as docs/release.md says, and release the next version.",
  );
}

function immutable(release: Release): Release {
  if (release.immutable) return release;
  throw new ReleaseFault(
    "release-not-immutable",
    `${release.html_url} is published, but anyone who may write can still change it.`,
    "Turn on immutable releases, delete this release, and start this job again.",
  );
}

/**
 * Throws away what an ended run has left: drafts of a tag that has no release.
 * @returns how many there were
 * @throws ReleaseFault `release-exists`
 */
export async function discard(github: GitHub, { tag }: Version): Promise<number> {
  const all = await releasesOf(github, tag);
  const published = all.find(({ draft }) => !draft);
  if (published)
    throw new ReleaseFault(
      "release-exists",
      `${published.html_url} is published.`,
      "It cannot be thrown away; docs/release.md says how to withdraw it.",
    );
  for (const { id } of all) await github.ask(`/releases/${id}`, { method: "DELETE" });
  return all.length;
}
