import { describe, expect, test } from "vitest";
import { longCommentLines, proseOfComments } from "../../scripts/prose/comments.ts";
import { lintProse } from "../../scripts/prose/lint.ts";
import { proseOfTexts } from "../../scripts/prose/texts.ts";
import { proseOfTitles } from "../../scripts/prose/titles.ts";
import { proseOfYaml } from "../../scripts/prose/yaml.ts";

const limits = { words: 25, wordsInCell: 60 };
const messages = async (text: string) => (await lintProse(text, limits)).map(({ message }) => message);
const words = (count: number) => Array.from({ length: count }, () => "word").join(" ");

test("an input or an option is not an actor", async () => {
  expect(await messages("Choose one by `image: app`.\n")).toEqual(["by `image` => with, in or from it"]);
  expect(await messages("Ask by `--version`.\n")).toEqual(["by `--version` => with, in or from it"]);
  expect(await messages("It is unpacked by `tar`, or chosen with `image`.\n")).toEqual([]);
});

describe("a sentence", () => {
  test("has at most 25 words, in a paragraph, a list or a heading", async () => {
    for (const before of ["", "- ", "## "]) {
      expect(await messages(`${before}${words(25)}.\n`)).toEqual([]);
      expect(await messages(`${before}${words(26)}.\n`)).toEqual([
        expect.stringMatching(/^26 words, more than 25: .*word/),
      ]);
    }
  });

  test("has at most 60 words in a table's cell", async () => {
    const table = (count: number) => `| a | b |\n| --- | --- |\n| ${words(count)} | ${words(20)} |\n`;
    expect(await messages(table(60))).toEqual([]);
    expect(await messages(table(61))).toEqual([expect.stringContaining("61 words")]);
  });

  test("ends at its full stop, also after bold words, a number and before code", async () => {
    for (const between of ["end.", "**end.**", "443.", "[end](https://example.com/a.b)."])
      expect(await messages(`${words(20)} ${between} The ${words(20)}.\n`), between).toEqual([]);
    expect(await messages(`${words(20)} end. \`code\` ${words(20)}.\n`)).toEqual([]);
  });

  test("has code and an address as one word each", async () => {
    expect(await messages(`${words(23)} \`a b c d\` [word](https://example.com/a/b).\n`)).toEqual([]);
    expect(await messages(`${words(24)} \`a b c d\` [word](https://example.com/a/b).\n`)).toHaveLength(1);
    expect(await messages(`\`\`\`\n${words(40)}\n\`\`\`\n`)).toEqual([]);
  });

  test("is reported with the line where it begins", async () => {
    const [fault] = await lintProse(`Short.\n\nShort. Also\nshort. Long ${words(13)}\n${words(12)}.\n`, limits);
    expect(fault).toMatchObject({ line: 4, message: expect.stringContaining("26 words") });
  });
});

describe("our own word", () => {
  test.each([
    ["A lane starts.", "scan session"],
    ["Its seal is broken.", "checksum"],
    ["It was sealed.", "checksum"],
    ["It is spared.", "exempt"],
    ["It was heard.", "logged"],
    ["The SBOM is unfit.", "incompatible"],
    ["It grafts findings.", "merge"],
    ["The ways in.", "reachability"],
    ["The type is untold.", "unspecified"],
    ["A room has a door.", "entry module"],
    ["Whoever wrote it.", "anyone who"],
    ["Such a link is none.", "is not one"],
    ["An index is no image.", "is not a"],
    ["They are no links.", "is not a"],
    ["At most so many issues.", "at most N"],
    ["It is in the the list.", "the"],
    ["We utilize it.", "use"],
    ["It waits in order to read.", "to"],
    ["It is obviously right.", "leave it out"],
    ["The file is beside it.", "next to"],
    ["The file lies there.", "is"],
    ["It begins anew.", "again"],
    ["Nobody asked.", "name who acts"],
    ["It asks whether he may.", "they"],
    ["The path is that of the file.", "X's"],
    ["It has a room of its own.", "a separate X"],
    ["A file may not be read.", "cannot"],
    ["It fails, or something must else be done.", "otherwise"],
    ["The user is told.", "reported"],
    ["It is held to its hash.", "checked against"],
    ["The file stands there.", "is"],
  ])("is refused: %s", async (text, better) => {
    expect(await messages(`${text}\n`)).toEqual([expect.stringContaining(`=> ${better}`)]);
  });

  test.each([
    "There is no image.",
    "It is no longer there.",
    "There are none.",
    "If there is none, it ends.",
    "`lane` and `no-seal` are code.",
    "Packages of `seal-`security.",
    "It is something else, or else it stands for a word.",
  ])("is not: %s", async (text) => {
    expect(await messages(`${text}\n`)).toEqual([]);
  });
});

describe("a sentence that begins with a clause", () => {
  test.each(["What was read is kept.", "It is read.\nWhether it counts is another matter.", "- Which of them it is."])(
    "is refused: %s",
    async (text) => {
      expect(await messages(`${text}\n`)).toEqual([expect.stringContaining("A clause in place of a noun")]);
    },
  );

  test.each(["Where is the report?", "## What it needs", "It knows what was read.", "Whichever it is."])(
    "is not: %s",
    async (text) => {
      expect(await messages(`${text}\n`)).toEqual([]);
    },
  );
});

test("a page has no three sentences in a row of fewer than nine words", async () => {
  const faults = async (text: string) => await lintProse(text, { ...limits, leastInRow: 9 });
  expect(await faults("It is read. It is kept. It is shown.\n")).toMatchObject([
    { message: "Three short sentences in a row, the last: It is shown." },
  ]);
  expect(await faults("It is read. It is kept.\n\nIt is shown.\n")).toEqual([]);
  expect(await faults(`It is read. It is kept. ${words(9)}. It is shown.\n`)).toEqual([]);
});

describe("comments of a source file", () => {
  const source = `import a from "a";
// First line
// goes on here.
const text = "a // lane"; // Beside code.

/**
 * What it does, see {@link other}.
 * @param lane where it runs
 * @returns nothing
 */
// biome-ignore lint/x: lane
export function f() {}
`;
  const prose = proseOfComments("a.ts", source);

  test("are paragraphs, and a tag begins another; strings and directives are left out", () => {
    expect(prose.markdown.trim().split(/\n{2,}/)).toEqual([
      "First line\ngoes on here.\nBeside code.",
      "What it does, see `other`.",
      "where it runs",
      "nothing",
    ]);
  });

  test("keep their lines", () => {
    const at = prose.markdown.split("\n").indexOf("where it runs");
    expect(prose.lines[at]).toBe(8);
  });

  test("have at most 120 columns", () => {
    const line = (columns: number) => `// ${"x ".repeat(columns)}`.slice(0, columns);
    expect(longCommentLines(`${line(120)}\n${line(121)}\n`, 120)).toEqual([
      { line: 2, message: "121 columns, more than 120" },
    ]);
    expect(longCommentLines(` * ${line(119)}\nconst x = "${"y".repeat(150)}";\n`, 120)).toEqual([
      { line: 1, message: "122 columns, more than 120" },
    ]);
    expect(longCommentLines(`// https://example.com/${"x".repeat(120)}\n`, 120)).toEqual([]);
  });
});

test("titles of tests are paragraphs with their lines; other texts are left out", () => {
  const source = `describe("a lane", () => {
  test.each([["not this"]])("is none of %s", () => expect("nor this").toBe(1));
  it.skipIf(x)("ends");
  describe.each\`a\`("of a tag", () => {});
  other("nor this");
  it(named, f);
});
`;
  const { markdown, lines } = proseOfTitles("a.test.ts", source);
  expect(markdown.trim().split(/\n{2,}/)).toEqual(["a lane", "is none of %s", "ends", "of a tag"]);
  const at = markdown.split("\n").indexOf("ends");
  expect(lines[at]).toBe(3);
});

describe("what users read outside of pages", () => {
  test("is each text of a source file with several words, with N for each value", () => {
    const source =
      'import { a } from "./a.ts";\n\nconst b = `The image ${a} is\n  not there`;\nf("one-word", "Push it by name.");\n';
    const { markdown, lines } = proseOfTexts("a.ts", source);
    expect(markdown.split("\n").filter((line) => line !== "")).toEqual([
      "The image N is",
      "not there",
      "Push it by name.",
    ]);
    expect(lines).toEqual([3, 3, 3, 3, 5, 5]);
  });

  test("is each text in YAML with several words, with its line", () => {
    const { markdown, lines } = proseOfYaml(
      "a: one word\nb:\n  c: >-\n    The image\n    is not there.\n  d: [Push it by name.]\n",
    );
    expect(markdown.split("\n").filter((line) => line !== "")).toEqual(["The image is not there.", "Push it by name."]);
    expect(lines).toEqual([3, 3, 6, 6]);
    expect(() => proseOfYaml("a: b: c d e f")).toThrow("Nested mappings");
  });
});
