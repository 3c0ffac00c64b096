import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDockerfile, splitWords, stagesOf } from "../../../src/domain/image/dockerfile.ts";
import { cpuMs } from "../../support/runs/patience.ts";

/** Each instruction as `line KEYWORD text`. */
function read(...lines: readonly string[]): string[] {
  return parseDockerfile(lines.join("\n")).map(({ line, keyword, text }) => `${line} ${keyword} ${text}`);
}

describe("parseDockerfile", () => {
  it("has each instruction with its first line, the keyword in capitals", () => {
    expect(read("FROM debian:12", "", "  run  make", "\tCopy a  b ", "HEALTHCHECK")).toEqual([
      "1 FROM debian:12",
      "3 RUN make",
      "4 COPY a  b",
      "5 HEALTHCHECK ",
    ]);
  });

  it("joins continued lines, without the comments and empty lines between them", () => {
    expect(
      read("RUN apt-get update \\", "  # a comment", "", " && apt-get install \\  ", "   curl", "RUN b", "RUN c \\"),
    ).toEqual(["1 RUN apt-get update  && apt-get install    curl", "6 RUN b", "7 RUN c"]);
    expect(read("RUN echo \\\\", "RUN b")).toEqual(["1 RUN echo \\\\", "2 RUN b"]);
    expect(read("RUN a \\", "# RUN b")).toEqual(["1 RUN a"]);
  });

  it("does not join what follows two marks, a comment or a blank line alone", () => {
    expect(read("# a \\", "RUN b")).toEqual(["2 RUN b"]);
    expect(read("  \t", "  # a", "RUN b")).toEqual(["3 RUN b"]);
    expect(read("RUN a \\ \t", "b", "RUN c")).toEqual(["1 RUN a b", "3 RUN c"]);
    expect(read("RUN a \\", "  b", "RUN c")).toEqual(["1 RUN a   b", "3 RUN c"]);
  });

  it("takes only words of letters for keywords", () => {
    expect(read("R2N a", "RUN\ta", "RUN", "-RUN a", "RUN:a", "1 RUN a")).toEqual(["2 RUN a", "3 RUN "]);
  });

  it("reads a here-document behind a number and in quotes, with tabs away only if it says so", () => {
    const documents = (...lines: string[]) => parseDockerfile(lines.join("\n"))[0]?.documents;
    expect(documents("RUN 3<<EOF cat", "a", "EOF")).toEqual([{ name: "EOF", text: "a\n" }]);
    expect(documents("RUN cat 12<<EOF", "a", "EOF")).toEqual([{ name: "EOF", text: "a\n" }]);
    expect(documents('ADD <<"E" /x', "\t\ta\tb", "E")).toEqual([{ name: "E", text: "\t\ta\tb\n" }]);
    expect(documents("ADD <<-E /x", "\t\ta\tb", "\t\tE")).toEqual([{ name: "E", text: "a\tb\n" }]);
    expect(documents("ADD <<-E /x", "a\tb", "E")).toEqual([{ name: "E", text: "a\tb\n" }]);
    expect(documents("RUN <<E", "\tE", "E")).toEqual([{ name: "E", text: "\tE\n" }]);
    for (const none of ["RUN x<<EOF", "RUN << EOF", "RUN <<<EOF", "RUN <<", "RUN <<A<B", "ENV <<EOF"])
      expect([none, documents(none, "a")]).toEqual([none, []]);
  });

  it("reads on behind a here-document", () => {
    expect(read("RUN <<A", "A", "RUN b")).toEqual(["1 RUN <<A", "3 RUN b"]);
  });

  it("takes here-documents for what they are, not for instructions", () => {
    const found = parseDockerfile(
      ["RUN <<EOF", "FROM evil", "  make", "EOF", "COPY <<-'A' <<B /x/", "\tone", "\tA", "two", "B", "RUN c"].join(
        "\n",
      ),
    );
    expect(found.map(({ line, keyword }) => `${line} ${keyword}`)).toEqual(["1 RUN", "5 COPY", "10 RUN"]);
    expect(found[0]?.documents).toEqual([{ name: "EOF", text: "FROM evil\n  make\n" }]);
    expect(found[1]?.documents).toEqual([
      { name: "A", text: "one\n" },
      { name: "B", text: "two\n" },
    ]);
  });

  it("does not take a shift, a here-string or quoted text for a here-document", () => {
    expect(
      read("RUN echo $((1 << 2))", "RUN cat <<<word", 'RUN echo "a <<EOF b"', "LABEL a=<<EOF", "RUN b"),
    ).toHaveLength(5);
  });

  it("reads to the end if a here-document has none", () => {
    expect(read("RUN <<EOF", "RUN b")).toEqual(["1 RUN <<EOF"]);
    expect(parseDockerfile("RUN <<EOF\nRUN b")[0]?.documents).toEqual([{ name: "EOF", text: "RUN b\n" }]);
  });

  it("reads files of Windows, with a mark at the start, and files of another kind", () => {
    expect(parseDockerfile("\uFEFFFROM a\r\nRUN b \\\r\n  c\r\n").map(({ text }) => text)).toEqual(["a", "b   c"]);
    expect(read("RUN a\uFEFFb", "HEALTHCHECK\r")).toEqual(["1 RUN a\uFEFFb", "2 HEALTHCHECK "]);
    expect(read("")).toEqual([]);
    expect(read("version: 3", "{}", "\0\0")).toEqual([]);
  });

  it("never throws, and its lines rise", () => {
    const piece = fc.constantFrom(
      "RUN",
      " ",
      "\n",
      "\\",
      "<<EOF",
      "EOF",
      "#",
      '"',
      "'",
      "FROM a",
      "\t",
      "`",
      "=",
      "escape",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = pieces.join("");
        const lines = parseDockerfile(text).map(({ line }) => line);
        expect(lines).toEqual([...new Set(lines)].sort((a, b) => a - b));
        expect(Math.max(0, ...lines)).toBeLessThanOrEqual(text.split("\n").length);
      }),
      { numRuns: 500 },
    );
  });

  // Proves: hostile-dockerfile-lock-file
  it.each([
    ["backslashes", "\\ ".repeat(500_000)],
    ["quotes", `RUN ${'"\\'.repeat(250_000)}`],
    ["an open quote", `RUN "${"a ".repeat(400_000)}\\`],
    ["here-documents", `RUN ${"<<A ".repeat(100_000)}`],
    ["continued lines", "RUN a \\\n".repeat(100_000)],
    ["comments", "#\n".repeat(400_000)],
    ["blanks", `RUN${" ".repeat(900_000)}x`],
  ])("is quick for a million %s", (_, text) => {
    const start = cpuMs();
    expect(parseDockerfile(text).length).toBeLessThanOrEqual(1);
    expect(cpuMs() - start).toBeLessThan(5_000);
  });
});

describe("words", () => {
  it("keeps together what quotes hold", () => {
    expect(splitWords(`a "b c" d'e f'g "h \\" i" j`)).toEqual(["a", '"b c"', "d'e f'g", '"h \\" i"', "j"]);
    expect(splitWords('a "b c')).toEqual(["a", '"b c']);
    expect(splitWords("  ")).toEqual([]);
    expect(splitWords("a  b\tc\nd")).toEqual(["a", "b", "c", "d"]);
    expect(splitWords(`'a "b' "c 'd"`)).toEqual([`'a "b'`, `"c 'd"`]);
    expect(splitWords("'a b")).toEqual(["'a b"]);
    expect(splitWords(`'a\\' b`)).toEqual([`'a\\'`, "b"]);
    expect(splitWords('"a\\"  b"')).toEqual(['"a\\"  b"']);
    expect(splitWords('"" a')).toEqual(['""', "a"]);
    expect(splitWords('"a\\ b" c')).toEqual(['"a\\ b"', "c"]);
    expect(splitWords("'' a")).toEqual(["''", "a"]);
  });
});

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
