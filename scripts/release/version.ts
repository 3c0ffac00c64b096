import { ReleaseFault } from "./fault.ts";

/** A released version: `v1.2.3` is its tag, `v1` the tag that moves. */
export interface Version {
  readonly tag: string;
  readonly text: string;
  readonly numbers: readonly [major: number, minor: number, patch: number];
  readonly major: string;
}

const NUMBER = "(0|[1-9]\\d{0,5})";
const TAG = new RegExp(`^v${NUMBER}\\.${NUMBER}\\.${NUMBER}$`);

/** The version of a tag, or undefined where the tag is not one of a release. */
export function versionOf(tag: string): Version | undefined {
  const [, major = "", minor = "", patch = ""] = TAG.exec(tag) ?? [];
  if (major === "") return undefined;
  return {
    tag,
    text: tag.slice(1),
    numbers: [Number(major), Number(minor), Number(patch)],
    major: `v${major}`,
  };
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

/** Negative where `a` is the older one. */
export function compareVersions(a: Version, b: Version): number {
  const at = a.numbers.findIndex((number, index) => number !== b.numbers[index]);
  return at < 0 ? 0 : (a.numbers[at] ?? 0) - (b.numbers[at] ?? 0);
}
