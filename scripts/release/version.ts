import { ReleaseFault } from "./fault.ts";

/** A released version: `v1.2.3` is its tag, `v1` the tag that moves. */
export interface Version {
  readonly tag: string;
  readonly text: string;
  readonly major: string;
}

const NUMBER = "(0|[1-9]\\d{0,5})";
const TAG = new RegExp(`^v${NUMBER}\\.${NUMBER}\\.${NUMBER}$`);

/** The version of a tag, or undefined where the tag is not one of a release. */
export function versionOf(tag: string): Version | undefined {
  const major = TAG.exec(tag)?.[1];
  return major === undefined ? undefined : { tag, text: tag.slice(1), major: `v${major}` };
}

/** @throws ReleaseFault `tag-invalid` */
export function readVersion(tag: string): Version {
  const version = versionOf(tag);
  if (version) return version;
  throw new ReleaseFault(
    "tag-invalid",
    `${JSON.stringify(tag)} is not the tag of a release.`,
    "Name it vX.Y.Z, such as v1.2.3.",
  );
}
