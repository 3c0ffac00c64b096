import { posix } from "node:path";
import { GateError, tryOr } from "../../../system/errors.ts";
import { CORE_TAGS } from "../agreed-text.ts";
import type { SourceFiles } from "../files.ts";
import { at, type Gathering, type Spot, shown, tooLarge } from "../gather.ts";
import { child, type Dialect, items, type Mapping, readDocuments, text, type Value } from "../yaml.ts";
import { flat, lookupIn, readEnvFile, type Variables } from "./env-file.ts";
import {
  fieldOf,
  invalid,
  merged,
  type Reading,
  resolve,
  type Service,
  type Written,
  writtenService,
} from "./service.ts";

/** What one run of `docker compose` would read: a file with those that add to it. */
export interface Project {
  /** Relative paths start here, and `.env` lies here. */
  readonly folder: string;
  readonly files: readonly string[];
  readonly variables: readonly Variables[];
}

export type Services = ReadonlyMap<string, Service>;

/** What a source may read, and what it has read so far. */
export interface Loading {
  readonly files: SourceFiles;
  readonly found: Gathering;
  /** Files that others include: they are not projects of their own. */
  readonly included: Set<string>;
  /** By file, so that each is parsed once. */
  readonly parsed: Map<string, readonly Mapping[]>;
  reads: number;
}

/** A file can be included again and again, by files that are included again and again. */
const MAX_READS = 5000;
/** Compose's own tags, and those that say what is read without them, too. */
const COMPOSE: Dialect = {
  render: "docker compose config",
  tags: new Set([...CORE_TAGS, "tag:yaml.org,2002:binary", "!reset", "!override"]),
};

/** Top-level keys of a Compose file. Files without `services` that have others are something else. */
const TOP = new Set([
  "name",
  "version",
  "services",
  "jobs",
  "networks",
  "volumes",
  "secrets",
  "configs",
  "models",
  "include",
]);

interface Place extends Reading {
  readonly folder: string;
  readonly variables: readonly Variables[];
  /** Files that are being read, from the outermost. */
  readonly chain: readonly string[];
}

/** The services of a project: its files one after the other, each with what it includes and extends. */
export function servicesOf(project: Project, loading: Loading): Services {
  return load(project, [], loading);
}

function load({ folder, files, variables }: Project, chain: readonly string[], loading: Loading): Services {
  const services = new Map<string, Service>();
  for (const file of files) {
    const place = { file, folder, variables, lookup: lookupIn(variables), chain: [...chain, file] };
    for (const document of documentsOf(file, loading)) {
      loading.found.attempt(() => addDocument(services, document, place, loading));
    }
  }
  return services;
}

function documentsOf(file: string, loading: Loading): readonly Mapping[] {
  if (++loading.reads > MAX_READS) throw tooLarge(`reads more than ${MAX_READS} files, with those that are included`);
  const known = loading.parsed.get(file);
  if (known !== undefined) return known;
  const documents = readDocuments(loading.files.text(file), file, COMPOSE, loading.found);
  const other = documents.find(({ kind }) => kind !== "mapping");
  if (other !== undefined) throw invalid({ file, line: other.line }, "this is no Compose file");
  loading.parsed.set(file, documents as Mapping[]);
  return documents as Mapping[];
}

function addDocument(services: Map<string, Service>, document: Mapping, place: Place, loading: Loading): void {
  checkTop(document, place.file);
  const included = new Map<string, Service>();
  for (const item of items(child(document, "include"))) {
    loading.found.attempt(() => include(item, included, place, loading));
  }
  takeAway(document, services);
  takeAway(document, included);
  const written = writtenServices(document, place, loading.found);
  for (const name of new Set([...included.keys(), ...written.keys()])) {
    loading.found.attempt(() => {
      const service = extended(name, { written, included, place }, loading);
      const own = written.get(name);
      services.set(name, merged(services.get(name), own === undefined ? asWritten(service) : { ...own, service }));
    });
  }
}

const SECTIONS = ["services", "jobs"];

/** What a document takes away from those before it by `!reset` or `!override`. */
function takeAway(document: Mapping, services: Map<string, Service>): void {
  for (const section of SECTIONS) {
    const value = document.entries.get(section);
    if (value?.tag === "!reset" || value?.tag === "!override") services.clear();
    if (value?.kind !== "mapping") continue;
    for (const [name, { tag }] of value.entries) if (tag === "!reset") services.delete(name);
  }
}

function asWritten(service: Service): Written {
  return { service, resets: new Set(), alone: false };
}

function checkTop(document: Mapping, file: string): void {
  if ([...SECTIONS, "include"].some((key) => document.entries.has(key))) return;
  const strange = [...document.entries.keys()].find((key) => !TOP.has(key) && !key.startsWith("x-"));
  if (strange !== undefined)
    throw invalid({ file, line: document.line }, `this is no Compose file: it has ${shown(strange)} and no services`);
}

function writtenServices(document: Mapping, place: Reading, found: Gathering): Map<string, Written> {
  const written = new Map<string, Written>();
  for (const section of SECTIONS) {
    const value = child(document, section);
    if (value === undefined || value.tag === "!reset") continue;
    if (value.kind !== "mapping") throw invalid({ file: place.file, line: value.line }, `${section} is no mapping`);
    for (const [name, service] of value.entries) {
      if (service.tag === "!reset") continue;
      found.attempt(() => written.set(name, writtenService(name, service, place)));
    }
  }
  return written;
}

/** Services that can be extended, with the file that they stand in. */
interface Extendable {
  readonly written: ReadonlyMap<string, Written>;
  readonly included: Services;
  readonly place: Place;
}

/** A service with what it extends. @param chain services that extend each other, to find a circle */
function extended(name: string, known: Extendable, loading: Loading, chain: readonly string[] = []): Service {
  const own = known.written.get(name);
  const included = known.included.get(name);
  if (own === undefined) return included as Service;
  if (own.extends === undefined) return merged(included, own);
  const link = `${known.place.file}\n${name}`;
  const spot = { file: known.place.file, line: own.extends.line };
  if (chain.includes(link)) throw invalid(spot, `the service ${shown(name)} extends itself`);
  const { there, wanted } = baseOf(own.extends, spot, known, loading);
  if (!there.written.has(wanted) && !there.included.has(wanted))
    throw invalid(spot, `the service ${shown(wanted)}, which ${shown(name)} extends, is not in ${there.place.file}`);
  return merged(extended(wanted, there, loading, [...chain, link]), own);
}

function baseOf(value: Value, spot: Spot, known: Extendable, loading: Loading): { there: Extendable; wanted: string } {
  const { place } = known;
  const service = value.kind === "mapping" ? child(value, "service") : value;
  if (service === undefined) throw invalid(spot, "extends names no service");
  const wanted = resolve(fieldOf(service, "extends", place));
  const file = child(value, "file");
  if (file === undefined) return { there: known, wanted };
  const path = localPath(resolve(fieldOf(file, "file", place)), place.folder, spot);
  return { there: otherFile({ ...place, file: path, folder: posix.dirname(path) }, loading), wanted };
}

/** The services of a file that is extended. What it includes does not count, as in Compose. */
function otherFile(place: Place, loading: Loading): Extendable {
  const written = new Map<string, Written>();
  for (const document of documentsOf(place.file, loading)) {
    for (const [name, one] of writtenServices(document, place, loading.found)) {
      const before = written.get(name);
      const service = merged(before?.service, one);
      written.set(name, { ...one, service, extends: one.extends ?? before?.extends });
    }
  }
  return { written, included: new Map(), place };
}

function include(item: Value, into: Map<string, Service>, place: Place, loading: Loading): void {
  const spot = { file: place.file, line: item.line };
  const paths = (value: Value | undefined) => {
    const values = value?.kind === "list" ? value.items : value === undefined ? [] : [value];
    return values.map((each) => resolve(fieldOf(each, "include", place)));
  };
  const local = (path: string) => localPath(path, place.folder, spot);
  const files = paths(item.kind === "mapping" ? child(item, "path") : item).map(local);
  const [first] = files;
  if (first === undefined) throw invalid(spot, "include names no file");
  if (place.chain.includes(first)) throw invalid(spot, `${shown(first)} includes itself`);
  for (const file of files) loading.included.add(file);
  const folder = paths(child(item, "project_directory")).map(local)[0] ?? posix.dirname(first);
  const given = child(item, "env_file");
  const envFiles = given && paths(given).filter((path) => path !== "/dev/null");
  const variables = withEnvFiles(envFiles?.map(local), folder, place.variables, loading);
  const services = load({ folder, files, variables }, place.chain, loading);
  for (const [name, service] of services) into.set(name, merged(into.get(name), asWritten(service)));
}

/**
 * The variables of a project: those from outside count before its own `.env` file.
 * @param files the files that are given instead of `.env`; undefined: no files are given
 */
export function withEnvFiles(
  files: readonly string[] | undefined,
  folder: string,
  outer: readonly Variables[],
  loading: Pick<Loading, "files" | "found">,
): readonly Variables[] {
  const usual = posix.join(folder, ".env");
  const wanted = files ?? (loading.files.exists(usual) && !loading.files.isFolder(usual) ? [usual] : []);
  return wanted.reduce<readonly Variables[]>((variables, file) => {
    const read = loading.found.attempt(() => readEnvFile(loading.files.text(file), flat(variables)));
    if (read?.wrong !== undefined) loading.found.problem(envProblem({ file, line: read.wrong.line }, read.wrong.why));
    return read === undefined ? variables : [...outer, flat([read.variables, ...variables.slice(outer.length)])];
  }, outer);
}

function envProblem(spot: Spot, why: string): GateError {
  return new GateError("discovery-compose-invalid", `${at(spot)}: ${why}`, "Write NAME=value, one a line.");
}

/** @throws GateError `discovery-remote` */
function localPath(path: string, folder: string, spot: Spot): string {
  if (/^(?:[a-z][a-z0-9+.-]*:|git@|github\.com\/)/i.test(path))
    throw new GateError(
      "discovery-remote",
      `${at(spot)}: ${shown(path)} lies elsewhere, and only files of the workspace are read`,
      "Write `docker compose config --images` into a list, and name that list by file:PATH.",
    );
  return posix.isAbsolute(path) ? path : posix.join(folder, path);
}

/** The name of a project as Compose makes it: part of the names of images that it builds, and a variable. */
export function projectName(project: Project, workspace: string, loading: Loading): string {
  const lookup = lookupIn(project.variables);
  // Mistakes are reported when the services are read.
  const set = tryOr(() => lookup("COMPOSE_PROJECT_NAME"), undefined);
  if (set !== undefined && set !== "") return set;
  const names = project.files
    .flatMap((file) => tryOr(() => documentsOf(file, loading), []))
    .map((document) => child(document, "name"))
    .map((name) =>
      text(name) === undefined
        ? undefined
        : tryOr(() => resolve(fieldOf(name as Value, "name", { file: "", lookup })), undefined),
    )
    .filter((name) => name !== undefined && name !== "");
  const folder = posix.basename(posix.resolve(workspace, project.folder));
  return (
    names.at(-1) ??
    folder
      .toLowerCase()
      .replace(/[^-_a-z0-9]/g, "")
      .replace(/^[-_]+/, "")
  );
}
