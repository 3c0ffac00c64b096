import { describe, expect, it } from "vitest";
import { parseDockerfile, stagesOf } from "../../../src/domain/image/dockerfile.ts";

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
      images("ARG V=3.12", 'ARG I="python:${V}-slim" T', "FROM $I", "FROM ${V}:12", "FROM ${V:-debian}:12"),
    ).toEqual(["python:3.12-slim", "3.12:12", undefined]);
    expect(images("ARG SUFFIX=", "FROM python:3${SUFFIX}", "FROM a${SUFFIX:+b}")).toEqual(["python:3", undefined]);
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

  it.each([
    ["a flag in front", ["FROM --platform=linux/amd64 a:1"], "a:1"],
    ["quotes", ['FROM "a:1"'], "a:1"],
    ["single quotes", ["FROM 'a:1'"], "a:1"],
    ["quotes that do not agree", ["FROM \"a:1'"], "\"a:1'"],
    ["quotes within", ['FROM a"b"c'], 'a"b"c'],
    ["a value with quotes", ['ARG I="a:1"', "FROM $I"], "a:1"],
    ["several values in one line", ["ARG A=a B=b", "FROM $A:$B"], "a:b"],
    ["a value of the value before", ["ARG A=a", "ARG B=$A:1", "FROM $B"], "a:1"],
    ["a value with an equals sign", ["ARG A=a=b", "FROM $A"], "a=b"],
    ["an argument without a name", ["ARG =a", "FROM x$"], undefined],
    ["a later default", ["ARG A=a", "ARG A=b", "FROM $A"], "b"],
    ["a value with another form", ["ARG A=a", "FROM ${A:-b}"], undefined],
    ["a name without a value beside others", ["ARG A=a", "FROM $A$B"], undefined],
    ["a default that has no value itself", ["ARG A=$B", "FROM $A"], undefined],
    ["a dollar that names nothing", ["FROM a$"], undefined],
    ["a keyword that is not ARG", ["ENV A=a", "FROM $A"], undefined],
  ])("reads %s", (_, lines, image) => {
    expect(stages(...lines)).toMatchObject([{ image, stage: undefined }]);
  });

  it("takes a name only behind AS, and the last stage of that name", () => {
    expect(images("FROM a of b", "FROM b")).toEqual(["a", "b"]);
    expect(images("FROM a as b", "FROM b", "FROM c As b", "FROM B")).toEqual(["a", 0, "c", 2]);
    expect(images("FROM a AS", "FROM AS")).toEqual(["a", "AS"]);
  });

  it("knows an earlier stage by a build argument too", () => {
    expect(images("ARG V=build", "FROM a AS build", "FROM $V")).toEqual(["a", 0]);
  });

  it("takes a value of 4,096 characters, and none that is longer", () => {
    const long = (length: number) => images(`ARG A=${"a".repeat(length)}`, "FROM $A")[0];
    expect(long(4096)).toHaveLength(4096);
    expect(long(4097)).toBeUndefined();
  });

  it("leaves out what no FROM stands before", () => {
    expect(stages("RUN make", "ARG a=b")).toEqual([]);
  });
});
