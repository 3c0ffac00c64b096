import { describe, expect, it } from "vitest";
import { parseDockerfile } from "../../src/domain/dockerfile.ts";
import { stagesOf } from "../../src/domain/dockerfile-stages.ts";

const stages = (...lines: readonly string[]) => stagesOf(parseDockerfile(lines.join("\n")));
const images = (...lines: readonly string[]) => stages(...lines).map(({ image, stage }) => image ?? stage);

describe("stagesOf", () => {
  it("has the image of each FROM with its line and its instructions", () => {
    const found = stages(
      "FROM --platform=$BUILDPLATFORM golang:1.25 AS build",
      "RUN make",
      "",
      "from alpine:3",
      "COPY a b",
    );
    expect(found).toMatchObject([
      { line: 1, image: "golang:1.25", instructions: [{ keyword: "RUN" }] },
      { line: 4, image: "alpine:3", instructions: [{ keyword: "COPY" }] },
    ]);
  });

  it("knows earlier stages by name, in whichever case, and none by number or before it stands", () => {
    expect(images("FROM a AS Build", "FROM build", "FROM later", "FROM b AS later", "FROM 0")).toEqual([
      "a",
      0,
      "later",
      "b",
      "0",
    ]);
  });

  it("fills in build arguments that stand before the first FROM", () => {
    expect(
      images("ARG V=3.12", 'ARG I="python:${V}-slim" T', "FROM $I", "FROM ${T:-debian}:12", "FROM x${V:+y}"),
    ).toEqual(["python:3.12-slim", "debian:12", "xy"]);
    expect(images("ARG SUFFIX=", "FROM python:3${SUFFIX}", "FROM a${SUFFIX:+b}")).toEqual(["python:3", "a"]);
  });

  it("does not guess what has no value, or what is set behind a FROM", () => {
    expect(images("ARG T", "FROM a:$T", "FROM b:$U", "ARG V=1", "FROM c:$V", "FROM", "FROM ${")).toEqual(
      new Array(5).fill(undefined),
    );
  });

  it("gives up on values that double with each argument", () => {
    const doubling = Array.from({ length: 60 }, (_, at) => `ARG A${at + 1}=\${A${at}}\${A${at}}`);
    expect(images("ARG A0=ab", ...doubling, "FROM $A60", "FROM $A3")).toEqual([undefined, "abababababababab"]);
  });

  it("leaves out what no FROM stands before", () => {
    expect(stages("RUN make", "ARG a=b")).toEqual([]);
  });
});
