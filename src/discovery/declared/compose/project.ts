import { posix } from "node:path";
import type { GateError } from "../../../system/errors.ts";
import { ambiguous, elsewhere } from "../../fault.ts";
import type { Gathering } from "../../gather.ts";
import { CORE_TAGS } from "../agreed-text.ts";
import type { SourceFiles } from "../files.ts";
import { child, type Dialect, items, readDocuments, text, type Value } from "../yaml.ts";

// Only Docker Compose knows what a project runs. This module finds the files that a project names: Compose gets copies
// of them, and no others. A name that could mean a file elsewhere is refused before Compose starts.

/** Files that one run of `docker compose` reads. */
export interface Project {
  /** The folder in which it is run, relative to the workspace. */
  readonly folder: string;
  /** Relative to the workspace. */
  readonly files: readonly string[];
  /** The file that represents the project in messages. */
  readonly main: string;
  /** Compose finds these files by itself in that folder, without their names. */
  readonly isUsual: boolean;
}

/** Compose's own tags, and tags that do not change how a value is read. */
const COMPOSE: Dialect = { tags: new Set([...CORE_TAGS, "!reset", "!override"]) };

/** An address, an absolute path, a path in a home folder, or one with a variable. */
const ELSEWHERE = /^(?:[a-z][a-z0-9+.-]*:|git@|github\.com\/|[\\/~])|\$/i;

interface ProjectReader extends ReturnType<typeof readsOf> {
  readonly seen: Set<string>;
  readonly source: SourceFiles;
  readonly found: Pick<Gathering, "problem" | "values">;
}

/** A Compose file, and the folder at which its paths start. */
interface FileContext {
  readonly file: string;
  readonly folder: string;
  readonly reading: ProjectReader;
}

/**
 * Finds the files that a project names.
 * @throws GateError for the first fault in them: `discovery-…`, `file-…`
 */
export function readsOf({ folder, files }: Project, source: SourceFiles, found: Gathering) {
  const reads = {
    files: new Set<string>(),
    /** Compose files that it includes. */
    included: new Set<string>(),
    /** Files of variables. */
    variables: new Set<string>(),
  };
  const start = posix.dirname(files[0] ?? "");
  const refuse = (problem: GateError) => {
    throw problem;
  };
  const reading = { ...reads, seen: new Set<string>(), source, found: { values: found.values, problem: refuse } };
  for (const each of [folder, start]) useUsualVariables(each, reading);
  for (const file of files) readFile({ file, folder: start, reading });
  return reads;
}

function readFile(here: FileContext): void {
  const { file, folder, reading } = here;
  const key = JSON.stringify([file, folder]);
  if (reading.seen.has(key)) return;
  reading.seen.add(key);
  reading.files.add(file);
  for (const document of readDocuments(reading.source.text(file), file, COMPOSE, reading.found)) {
    for (const item of items(own(document, "include", here))) include(item, here);
    walk(document, here);
  }
}

function include(item: Value, here: FileContext): void {
  const { reading } = here;
  const paths = scalars(item.kind === "mapping" ? own(item, "path", here) : item).map((each) => pathOf(each, here));
  const [first] = paths;
  if (first === undefined) return;
  const [project = posix.dirname(first)] = scalars(own(item, "project_directory", here)).map((each) =>
    pathOf(each, here),
  );
  const variables = own(item, "env_file", here);
  if (variables === undefined) useUsualVariables(project, reading);
  for (const each of scalars(variables)) if (text(each) !== "/dev/null") useVariables(pathOf(each, here), reading);
  for (const file of paths) {
    reading.included.add(file);
    readFile({ file, folder: project, reading });
  }
}

/** Looks at every value once, since merge keys and aliases can put any value elsewhere. */
function walk(value: Value, here: FileContext, walked = new Set<Value>()): void {
  if (walked.has(value)) return;
  walked.add(value);
  for (const item of items(value)) walk(item, here, walked);
  for (const [key, inner] of value.kind === "mapping" ? value.entries : []) {
    useFilesAt(key, inner, here);
    walk(inner, here, walked);
  }
}

function useFilesAt(key: string, value: Value, here: FileContext): void {
  if (key === "label_file") for (const each of scalars(value)) useFile(pathOf(each, here), here.reading);
  const file = key === "extends" ? own(value, "file", here) : undefined;
  if (file === undefined) return;
  const path = pathOf(file, here);
  readFile({ file: path, folder: posix.dirname(path), reading: here.reading });
}

/**
 * The value at a key that names files. A merge key would bring it from a place that is not searched.
 * @throws GateError `discovery-manifest-ambiguous`
 */
function own(value: Value | undefined, key: string, { file }: FileContext): Value | undefined {
  const merge = child(value, "<<");
  if (merge !== undefined) throw ambiguous({ file, line: merge.line }, "a merge key where files are named");
  return child(value, key);
}

function scalars(value: Value | undefined): readonly Value[] {
  return value === undefined || value.kind === "list" ? items(value) : [value];
}

/**
 * A path in a Compose file, relative to the workspace.
 * @throws GateError `discovery-remote` if it could mean a file elsewhere
 */
function pathOf(value: Value, { file, folder }: FileContext): string {
  const path = text(value) ?? "";
  const local = posix.join(folder, path);
  if (ELSEWHERE.test(path) || /^\.\.(?:\/|$)/.test(local)) throw elsewhere({ file, line: value.line }, path);
  return local;
}

function useUsualVariables(folder: string, reading: ProjectReader): void {
  const file = posix.join(folder, ".env");
  if (reading.source.exists(file) && !reading.source.isFolder(file)) useVariables(file, reading);
}

function useVariables(file: string, reading: ProjectReader): void {
  reading.variables.add(file);
  useFile(file, reading);
}

/** @throws GateError if it is not allowed to be read */
function useFile(file: string, { files, source }: ProjectReader): void {
  source.text(file);
  files.add(file);
}
