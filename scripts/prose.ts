import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { longCommentLines, proseOfComments } from "./prose/comments.ts";
import { type Fault, lintProse } from "./prose/lint.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const below = (folder: string, ending: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`);

/** Pages whose text is generated from other places, which are checked there or not prose. */
const UNCHECKED = ["docs/performance.md"];

/** Without what the pictures show, which is not a page. */
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  ...below("docs", ".md").filter((path) => !path.startsWith("docs/pictures/") && !UNCHECKED.includes(path)),
];
/** Folders whose comments are checked. */
const SOURCES: readonly string[] = ["src"];

const IN_PAGES = { words: 25, wordsInCell: 60 };
const IN_COMMENTS = { words: 40, wordsInCell: 60 };
const COLUMNS = 120;

/** The faults of a page, or of a source file's comments. */
async function faultsOf(path: string): Promise<Fault[]> {
  const text = readFileSync(join(root, path), "utf8");
  if (path.endsWith(".md")) return await lintProse(text, IN_PAGES);
  const { markdown, lines } = proseOfComments(path, text);
  const faults = (await lintProse(markdown, IN_COMMENTS)).map(({ line, message }) => ({
    line: lines[line - 1] ?? 0,
    message,
  }));
  return [...longCommentLines(text, COLUMNS), ...faults];
}

const given = process.argv.slice(2);
const sources = SOURCES.flatMap((folder) => below(folder, ".ts"));
let failed = 0;
for (const path of given.length > 0 ? given : [...pages, ...sources])
  for (const { line, message } of await faultsOf(path)) {
    failed++;
    console.log(`${path}:${line}: ${message}`);
  }
if (failed > 0) process.exitCode = 1;
