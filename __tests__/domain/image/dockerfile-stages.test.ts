import { describe, expect, it } from "vitest";
import { parseDockerfile, stagesOf } from "../../../src/domain/image/dockerfile.ts";

const stages = (...lines: readonly string[]) => stagesOf(parseDockerfile(lines.join("\n")));
const images = (...lines: readonly string[]) => stages(...lines).map(({ from, stage }) => stage ?? from);

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
      { line: 1, from: "golang:1.25", instructions: [{ keyword: "RUN" }] },
      { line: 4, from: "alpine:3", instructions: [{ keyword: "COPY" }] },
    ]);
  });

  it("knows earlier stages by name, in whichever case, and none by number or before it is", () => {
    expect(images("FROM a AS Build", "FROM build", "FROM later", "FROM b AS later", "FROM 0")).toEqual([
      "a",
      0,
      "later",
      "b",
      "0",
    ]);
  });

  it.each([
    ["a flag in front", ["FROM --platform=linux/amd64 a:1"], "a:1"],
    ["quotes", ['FROM "a:1"'], "a:1"],
    ["single quotes", ["FROM 'a:1'"], "a:1"],
    ["quotes that do not agree", ["FROM \"a:1'"], "\"a:1'"],
    ["quotes within", ['FROM a"b"c'], 'a"b"c'],
  ])("reads %s", (_, lines, from) => {
    expect(stages(...lines)).toMatchObject([{ from, stage: undefined }]);
  });

  it("takes a name only behind AS, and the last stage of that name", () => {
    expect(images("FROM a of b", "FROM b")).toEqual(["a", "b"]);
    expect(images("FROM a as b", "FROM b", "FROM c As b", "FROM B")).toEqual(["a", 0, "c", 2]);
    expect(images("FROM a AS", "FROM AS")).toEqual(["a", "AS"]);
  });

  it("leaves out what no FROM is before", () => {
    expect(stages("RUN make", "ARG a=b")).toEqual([]);
  });
});
