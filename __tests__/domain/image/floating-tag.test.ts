import { describe, expect, it } from "vitest";
import { parseDockerfile, stagesOf } from "../../../src/domain/image/dockerfile.ts";
import { movingFroms } from "../../../src/domain/image/floating-tag.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;
const why = (image: string) => movingFroms(stagesOf(parseDockerfile(`FROM ${image}`)))[0]?.why;

describe("movingFroms", () => {
  it.each(["python", "ghcr.io/acme/base", "localhost:5000/base", "python:"])("%s has no tag", (image) => {
    expect(why(image)).toBe("no-tag");
  });

  it.each([
    "python:latest",
    "python:LATEST",
    "node:lts-alpine",
    "nginx:stable",
    "nginx:mainline-alpine",
    "alpine:edge",
    "debian:stable-slim",
    "debian:sid",
    "python:slim",
    "node:alpine",
    "cgr.dev/chainguard/node:latest-dev",
    "rust:nightly-2026",
  ])("%s moves", (image) => {
    expect(why(image)).toBe("moving-tag");
  });

  it.each([
    "python:3.12-slim",
    "debian:bookworm",
    "debian:bookworm-slim",
    "ubuntu:noble",
    "alpine:3",
    `python@${DIGEST}`,
    `python:latest@${DIGEST}`,
    "localhost:5000/base:1.0",
    "scratch",
    "SCRATCH",
    "$NOBODY_KNOWS",
  ])("%s does not", (image) => {
    expect(why(image)).toBeUndefined();
  });

  // The number alone would make the tag a fixed one, but the word is one that maintainers move.
  it.each(
    "canary current dev devel develop edge head latest lts main mainline master next nightly rolling stable testing trunk unstable".split(
      " ",
    ),
  )("a tag with the word %s moves, wherever the word stands", (word) => {
    const tags = [word, `${word}-1`, `1-${word}`, `1.${word}`, `1_${word.toUpperCase()}`];
    expect(tags.map((tag) => why(`app:${tag}`))).toEqual(tags.map(() => "moving-tag"));
    expect([`app:${word}ly-1`, `app:x${word}1`].map(why)).toEqual([undefined, undefined]);
  });

  it.each(
    "jessie stretch buster bullseye bookworm trixie forky duke xenial bionic focal jammy noble plucky questing resolute".split(
      " ",
    ),
  )("a tag with the release %s does not", (release) => {
    expect([release, `slim-${release}`, release.toUpperCase()].map((tag) => why(`app:${tag}`))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("has the line of each, and no earlier stage", () => {
    const text = "FROM golang AS build\nRUN make\nFROM build\nFROM debian:12\nFROM nginx:latest\n";
    expect(movingFroms(stagesOf(parseDockerfile(text)))).toEqual([
      { line: 1, image: "golang", why: "no-tag" },
      { line: 5, image: "nginx:latest", why: "moving-tag" },
    ]);
  });
});
