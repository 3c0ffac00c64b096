import type { Stage } from "./dockerfile.ts";

/** A FROM whose image may be another one tomorrow. */
export interface MovingFrom {
  /** Its line in the Dockerfile, 1-based. */
  readonly line: number;
  /** The image, build arguments at their defaults. */
  readonly image: string;
  /** `no-tag` means `latest`; `moving-tag`: the tag names no version. */
  readonly why: "no-tag" | "moving-tag";
}

/** Tags that people move on with each release, also as a part: `latest-alpine`. */
const MOVING = new Set([
  "canary",
  "current",
  "dev",
  "devel",
  "develop",
  "edge",
  "head",
  "latest",
  "lts",
  "main",
  "mainline",
  "master",
  "next",
  "nightly",
  "rolling",
  "stable",
  "testing",
  "trunk",
  "unstable",
]);

/** Releases of Debian and Ubuntu: a name in place of a version. `sid` is none of them, and moves. */
const RELEASES = new Set(
  "jessie stretch buster bullseye bookworm trixie forky duke xenial bionic focal jammy noble plucky questing resolute".split(
    " ",
  ),
);

/**
 * The FROMs that move: without a digest and without a tag, with a tag that people move on (`latest`, `stable`, `edge`, …),
 * or with one that names neither a version nor a release (`slim`). `python:3.12-slim` and `debian:bookworm` do not count,
 * although their maintainers replace them by newer builds: they keep to what was chosen.
 */
export function movingFroms(stages: readonly Stage[]): MovingFrom[] {
  return stages.flatMap(({ line, image }): MovingFrom[] => {
    if (image === undefined || image.toLowerCase() === "scratch" || image.includes("@")) return [];
    const tag = tagOf(image);
    if (tag === undefined) return [{ line, image, why: "no-tag" }];
    return isMoving(tag) ? [{ line, image, why: "moving-tag" }] : [];
  });
}

/** What follows the colon behind the last slash: a colon before it belongs to a port. */
function tagOf(image: string): string | undefined {
  const name = image.slice(image.lastIndexOf("/") + 1);
  const colon = name.indexOf(":");
  return colon < 0 || colon === name.length - 1 ? undefined : name.slice(colon + 1);
}

function isMoving(tag: string): boolean {
  const parts = tag.toLowerCase().split(/[-_.]/);
  if (parts.some((part) => MOVING.has(part))) return true;
  return !/\d/.test(tag) && !parts.some((part) => RELEASES.has(part));
}
