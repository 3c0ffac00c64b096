import type { Stage } from "./dockerfile.ts";

/** A FROM that may refer to a different image tomorrow. */
export interface MovingFrom {
  /** Line in the Dockerfile, 1-based. */
  readonly line: number;
  /** The image, with default build arguments. */
  readonly image: string;
  /** `no-tag`: Docker uses `latest`. `moving-tag`: the tag names no version. */
  readonly why: "no-tag" | "moving-tag";
}

/** Tags that maintainers move with each release, also as a part of a tag: `latest-alpine`. */
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

/** Releases of Debian and Ubuntu, whose names replace a version. `sid` is not a release: it moves. */
const RELEASES = new Set(
  "jessie stretch buster bullseye bookworm trixie forky duke xenial bionic focal jammy noble plucky questing resolute".split(
    " ",
  ),
);

/**
 * The FROMs that move. They have no digest, and no tag, a tag that maintainers move (`latest`, `stable`, `edge`, …), or
 * one that names neither a version nor a release (`slim`). `python:3.12-slim` and `debian:bookworm` do not count:
 * maintainers replace them with newer builds, but these stay within the chosen version.
 */
export function movingFroms(stages: readonly Stage[]): MovingFrom[] {
  return stages.flatMap(({ line, image }): MovingFrom[] => {
    if (image === undefined || image.toLowerCase() === "scratch" || image.includes("@")) return [];
    const tag = tagOf(image);
    if (tag === undefined) return [{ line, image, why: "no-tag" }];
    return isMoving(tag) ? [{ line, image, why: "moving-tag" }] : [];
  });
}

/** What follows the colon after the last slash. An earlier colon belongs to a port. */
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
