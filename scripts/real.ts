import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { bareTrivy } from "./real/bare-trivy.ts";
import { type BuiltImage, buildReal, REAL } from "./real/build-image.ts";
import { type Counted, count, KINDS, type Kind, tryCorpus } from "./real/corpus.ts";
import { makeDatabase } from "./real/database.ts";
import { databaseInputs, serveDatabases } from "./real/gate-run.ts";
import { comparePairs, pairLines } from "./real/genuine-pairs.ts";
import { filesByHash, genuineReports, judgeReports, REPORTS_FOLDER, reportLines } from "./real/genuine-reports.ts";
import { realImages } from "./real/images/all.ts";
import { JARS, type KnownJar } from "./real/images/java.ts";
import { type Measured, measure } from "./real/measure.ts";
import { corpusTable, imageTable, PAGE, writeTable } from "./real/page.ts";
import { drawComments } from "./real/pictures.ts";
import { root } from "./setup/tools.ts";

const USAGE = `npm run real                            genuine images, measured into docs/evidence/real-images.md
npm run real -- IMAGE…                  only some: nothing is written
npm run real -- others [DIR]            genuine reports of other scanners, against counts worked out by hand
npm run real -- pictures                the page's pictures, from the comments of the last run
npm run real -- corpus KIND DIR […]     the product over folders of documents: ${KINDS.join(", ")}
  --debian-advisories FILE              Debian's advisories as JSON, packed or not
  --database DIR                        a real Trivy's cache folder (db/, java-db/) instead of the advisories of the script`;

/** The counts of corpora, kept for the page. */
const COUNTS = join(REAL, "corpora.json");

interface Options {
  readonly "debian-advisories"?: string;
  readonly database?: string;
}

async function built(names: readonly string[]): Promise<BuiltImage[]> {
  const all = realImages();
  const unknown = names.filter((name) => !all.some((image) => image.name === name));
  if (unknown.length > 0)
    throw new Error(`There is no ${unknown.join(", ")}: ${all.map(({ name }) => name).join(", ")}.`);
  const images: BuiltImage[] = [];
  for (const image of names.length === 0 ? all : all.filter(({ name }) => names.includes(name)))
    try {
      console.error(`${image.title} …`);
      images.push(await buildReal(image));
    } catch (error) {
      console.error(`could not be built: ${error instanceof Error ? error.message : error}`);
      process.exitCode = 1;
    }
  return images;
}

function jarsOf(images: readonly BuiltImage[]): KnownJar[] {
  const files = images
    .flatMap(({ kept }) => kept.map((folder) => join(folder, JARS)))
    .filter((path) => existsSync(path));
  return files.flatMap((path) => JSON.parse(readFileSync(path, "utf8")));
}

/** Trivy's cache folder with the databases to use. */
async function databases(images: readonly BuiltImage[], options: Options): Promise<string> {
  if (options.database !== undefined) return fromCaller(options.database);
  const debian = options["debian-advisories"];
  const made = await makeDatabase(jarsOf(images), debian && fromCaller(debian), new Date());
  for (const each of made.missing) console.error(`missing: ${each}`);
  if (made.missing.length > 0) process.exitCode = 1;
  console.error(`${made.advisories} advisories in ${relative(root, made.cache)}`);
  return made.cache;
}

/** npm changes to the package's folder and leaves the caller's here. */
const fromCaller = (path: string): string => resolve(process.env.INIT_CWD ?? process.cwd(), path);

async function images(names: readonly string[], options: Options): Promise<void> {
  const all = await built(names);
  const cache = await databases(all, options);
  await using registry = await serveDatabases(cache);
  const inputs = await databaseInputs(registry);
  const trivy = await bareTrivy(cache, join(REAL, "bare"));
  const measured: Measured[] = [];
  for (const each of all) measured.push(await measure(each, trivy, inputs));
  const table = imageTable(measured);
  console.log(table);
  const others = measured.filter(({ same }) => !same);
  if (others.length > 0) {
    console.error(`not the same findings as Trivy: ${others.map(({ title }) => title).join(", ")}`);
    process.exitCode = 1;
  }
  if (names.length === 0 && all.length === realImages().length) written("images", table);
}

function written(name: string, table: string): void {
  writeTable(name, table);
  console.error(`See ${relative(root, PAGE)}.`);
}

async function corpora(pairs: readonly string[], options: Options): Promise<void> {
  mkdirSync(REAL, { recursive: true });
  const known: Record<string, Counted> = existsSync(COUNTS) ? JSON.parse(readFileSync(COUNTS, "utf8")) : {};
  const kept = globSync(join(REAL, "database/db/trivy.db")).length > 0 && options.database === undefined;
  await using registry = await serveDatabases(kept ? join(REAL, "database") : await databases([], options));
  const inputs = await databaseInputs(registry);
  for (let at = 0; at < pairs.length; at += 2) {
    const kind = KINDS.find((each) => each === pairs[at]);
    const folder = pairs[at + 1];
    if (kind === undefined || folder === undefined) throw new Error(USAGE);
    const outcomes = await tryCorpus(kind, fromCaller(folder), inputs);
    for (const { file, end, why } of outcomes) if (end !== "judged") console.log(`${end}: ${file}: ${why}`);
    writeFileSync(join(REAL, `corpus-${kind}.json`), JSON.stringify(outcomes, null, 1));
    known[kind] = count(kind, outcomes);
    if (known[kind].crashed + known[kind].hung > 0) process.exitCode = 1;
  }
  writeFileSync(COUNTS, JSON.stringify(known));
  const table = corpusTable(KINDS.flatMap((kind: Kind) => known[kind] ?? []));
  console.log(table);
  written("corpora", table);
}

/** @param folder with reports that others wrote; none of them is part of this repository */
function others(folder: string | undefined): void {
  if (folder === undefined) {
    console.error(`skipped: name the folder with the reports, or set ${REPORTS_FOLDER}`);
    return;
  }
  const files = filesByHash(fromCaller(folder));
  const judged = judgeReports(fromCaller(folder), genuineReports(), files);
  const paired = comparePairs(files);
  for (const line of [...reportLines(judged), ...pairLines(paired)]) console.log(line);
  if ([...judged, ...paired].some(({ isRight }) => !isRight)) process.exitCode = 1;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { "debian-advisories": { type: "string" }, database: { type: "string" }, help: { type: "boolean" } },
  });
  const [first, ...rest] = positionals;
  if (values.help) console.log(USAGE);
  else if (first === "corpus") await corpora(rest, values);
  else if (first === "others") others(rest[0] ?? process.env[REPORTS_FOLDER]);
  else if (first === "pictures") for (const path of await drawComments()) console.log(relative(root, path));
  else await images(positionals, values);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
