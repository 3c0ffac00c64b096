import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { longCommentLines, proseOfComments } from "./prose/comments.ts";
import { type Fault, lintProse } from "./prose/lint.ts";
import { proseOfTexts } from "./prose/texts.ts";
import { proseOfTitles } from "./prose/titles.ts";
import { proseOfYaml } from "./prose/yaml.ts";
import { documentationPages } from "./site/pages.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const below = (folder: string, ending: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`);

/** Pages whose text is generated from other places, which are checked there or not prose. */
const UNCHECKED = ["docs/evidence/performance.md"];

/** Changes, and the parts of the test bed. */
const LISTS: readonly string[] = ["CHANGELOG.md", "__tests__/support/README.md"];
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  ".github/CODE_OF_CONDUCT.md",
  ...LISTS,
  ...documentationPages(root).filter((path) => !UNCHECKED.includes(path)),
];
/** Folders whose comments, and titles of tests, are checked. */
const SOURCES: readonly string[] = ["src", "scripts", "__tests__"];

const IN_PAGES = { words: 25, wordsInCell: 60, leastInRow: 9 };
/** A page that lists many things in one sentence. */
const IN_LISTS = { words: 45, wordsInCell: 60 };
const IN_SOURCES = { words: 30, wordsInCell: 60 };
const COLUMNS = 120;

/** The faults of a page, of texts in YAML, or of a source file's comments, titles of tests and texts for users. */
async function faultsOf(path: string): Promise<Fault[]> {
  const text = readFileSync(join(root, path), "utf8");
  if (path.endsWith(".md")) return await lintProse(text, LISTS.includes(path) ? IN_LISTS : IN_PAGES);
  const proses = path.endsWith(".yml")
    ? [proseOfYaml(text)]
    : [
        proseOfComments(path, text),
        ...(path.endsWith(".test.ts") ? [proseOfTitles(path, text)] : []),
        ...(path.startsWith("src/") ? [proseOfTexts(path, text)] : []),
      ];
  const faults = proses.map(async ({ markdown, lines }) =>
    (await lintProse(markdown, IN_SOURCES)).map(({ line, message }) => ({ line: lines[line - 1] ?? 0, message })),
  );
  return [...longCommentLines(text, COLUMNS), ...(await Promise.all(faults)).flat()];
}

const given = process.argv.slice(2);
const sources = SOURCES.flatMap((folder) => below(folder, ".ts"));
/** Sources of the texts about inputs, errors and rules that users read. */
const descriptions = [
  "action.yml",
  ...["rescan", "sign", "verify"].map((folder) => `${folder}/action.yml`),
  ...below("docs/sources", ".yml"),
];
let failed = 0;
for (const path of given.length > 0 ? given : [...pages, ...sources, ...descriptions])
  for (const { line, message } of await faultsOf(path)) {
    failed++;
    console.log(`${path}:${line}: ${message}`);
  }
if (failed > 0) process.exitCode = 1;
