import { compareDotted } from "../../src/domain/versions/order.ts";
import { ReleaseFault } from "./fault.ts";
import type { GitHub, Release } from "./github.ts";
import { type Version, versionOf } from "./version.ts";

/**
 * Moves the major tag (`v1`) to a release. It never moves back, and never to a commit that is not a released one.
 * Versions below 1.0 have no such tag, since each minor version of them may break its users.
 * @returns what was done, as a sentence
 * @throws ReleaseFault
 */
export async function moveMajor(github: GitHub, version: Version, commit: string): Promise<string> {
  const { tag, major } = version;
  if (major === "v0") return `${tag} has no major tag, since it is below 1.0.`;
  const releases = (await github.list<Release>("/releases")).filter(({ draft }) => !draft);
  const release = releases.find(({ tag_name }) => tag_name === tag);
  const isReleased = release?.immutable === true && !release.prerelease && (await github.commitOf(tag)) === commit;
  if (!isReleased)
    throw new ReleaseFault(
      "commit-not-released",
      `${commit} is not the commit of an immutable release ${tag}.`,
      "The major tag only moves to a release. Start the job that publishes again, then this one.",
    );
  if (releases.some(({ tag_name }) => tag_name === major))
    throw new ReleaseFault(
      "major-released",
      `There is a release of ${major}, which fixes its tag.`,
      "Delete that release. If it is immutable, the tag cannot be moved any more.",
    );
  const before = await github.commitOf(major);
  if (before === commit) return `${major} is at ${tag} already.`;
  const newer = releases
    .flatMap(({ tag_name }) => versionOf(tag_name) ?? [])
    .find((other) => other.major === major && compareDotted(other.text, version.text) > 0);
  if (newer) return `${major} stays where it is: ${newer.tag} is newer than ${tag}.`;
  if (before === undefined)
    await github.need("/git/refs", { method: "POST", body: { ref: `refs/tags/${major}`, sha: commit } });
  else await github.need(`/git/refs/tags/${major}`, { method: "PATCH", body: { sha: commit, force: true } });
  return `${major} moved from ${before ?? "nowhere"} to ${tag} (${commit}).`;
}
