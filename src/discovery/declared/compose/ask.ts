import { randomInt } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join, posix } from "node:path";
import { oneLine } from "../../../domain/one-line.ts";
import { GateError } from "../../../system/errors.ts";
import { removedAtEnd } from "../../../system/store/private-file.ts";
import type { SourceFiles } from "../files.ts";
import { shown } from "../gather.ts";
import { type Configured, type Container, composeConfig, copyOf, type Service } from "../programs/compose.ts";
import type { Allowance, Decider } from "../programs/run.ts";
import { ON_HOSTS, type Project, type Reads, readsOf } from "./project.ts";

/** A project as Compose reads it. */
export interface Answered {
  readonly project: Project;
  readonly reads: Reads;
  /** Its name for Compose, which is a part of the names of images that it builds. */
  readonly name: string;
  readonly services: ReadonlyMap<string, Service>;
  /** The same before variables are resolved. */
  readonly written: ReadonlyMap<string, Service>;
  /** Variables without a value that an image needs, by service. */
  readonly unset: ReadonlyMap<string, string>;
  /** False: Compose refuses the rest of it without variables that are not here. */
  readonly isWhole: boolean;
}

/** What the projects of one source are asked with. */
export interface Asking {
  readonly compose: Decider;
  readonly source: SourceFiles;
  readonly allowance: Allowance;
}

const INTO_LIST = "write `docker compose config --images` into a list, and name that list by file:PATH.";
/** A file of ours in the copies of a project. */
const ASKED = "image-gate-asks.json";

/**
 * Asks Compose for the images of a project.
 * @throws GateError `discovery-compose-refused`, and as {@link readsOf}
 */
export async function ask(project: Project, { compose, source, allowance }: Asking): Promise<Answered> {
  const { folder } = project;
  const reads = readsOf(project, source);
  const copy = copyOf(reads.files, allowance);
  using _ = removedAtEnd(copy.root);
  const run = (files: readonly string[], ...options: readonly string[]) =>
    composeConfig(compose, { folder, files, options }, copy, allowance);
  const files = project.isUsual ? [] : project.files.map((file) => posix.relative(folder, file));
  const whole = await run(files);
  // Older versions cannot read everything without resolving it, which matters only where a variable has no value.
  const known = whole.unset.size === 0 ? whole.config : undefined;
  const { config: model = known, reason } = await run(files, "--no-interpolate");
  if (model === undefined) throw refuses(project, compose, { why: reads.hasVariables ? undefined : reason });
  const written = new Map(Object.entries(model.services));
  const unset = needing(written, whole.unset);
  let { config } = whole;
  let read = files;
  // Without variables for something else, its images are resolved alone, in its folder. Those of files with other
  // variables cannot be.
  if (config === undefined && whole.lacksVariables && !reads.hasOtherVariables) {
    const left = [...written].filter(([name]) => !unset.has(name));
    writeFileSync(join(copy.workspace, folder, ASKED), imagesAlone(model, left));
    read = [ASKED];
    const alone = left.length > 0 ? await run(read) : { config: NOTHING, unset: new Set<string>() };
    config = alone.config;
    for (const [name, variable] of needing(written, alone.unset)) unset.set(name, variable);
  }
  if (config === undefined) throw refuses(project, compose, { lacksVariables: whole.lacksVariables });
  const onHost = reads.usesHost
    ? await composeConfig(compose, { folder, files: read, variables: ofHost() }, copy, allowance)
    : { config };
  const services = new Map([...written].filter(([name]) => unset.has(name)));
  for (const [name, service] of Object.entries(config.services)) {
    services.set(name, { ...written.get(name), ...imagesOnly(service) });
    // HOME and PWD are folders of ours here.
    if (imagesIn(service).some(([, image]) => image.includes(copy.root))) unset.set(name, OF_FOLDERS);
    const other = onHost.config?.services[name];
    if (JSON.stringify(other && imagesIn(other)) !== JSON.stringify(imagesIn(service))) unset.set(name, OF_HOST);
  }
  return { project, reads, name: model.name ?? "", services, written, unset, isWhole: whole.config !== undefined };
}

/**
 * Values that no file can know in advance. Without them, a default or a condition (`${PATH:+…}`) would hide what a host
 * makes of these variables. Numbers are accepted everywhere.
 */
function ofHost(): Record<string, string> {
  return Object.fromEntries(ON_HOSTS.map((name) => [name, name === "CI" ? "true" : String(randomInt(2 ** 40))]));
}

const OF_HOST = "PATH, USER or a similar variable";
const OF_FOLDERS = "HOME or PWD";
const NOTHING: Configured = { services: {} };

/** The files that COMPOSE_FILE in the `.env` of a folder names, as Compose reads it; undefined without any. */
export async function listedFiles(
  folder: string,
  { compose, source, allowance }: Asking,
): Promise<string[] | undefined> {
  const file = posix.join(folder, ".env");
  if (!source.exists(file) || source.isFolder(file) || !source.text(file).includes("COMPOSE_FILE")) return undefined;
  const copy = copyOf([file], allowance);
  using _ = removedAtEnd(copy.root);
  const image = "${COMPOSE_FILE-}";
  const platform = "${COMPOSE_PATH_SEPARATOR:-:}";
  writeFileSync(join(copy.workspace, folder, ASKED), JSON.stringify({ services: { a: { image, platform } } }));
  const { config } = await composeConfig(compose, { folder, files: [ASKED] }, copy, allowance);
  const { image: said, platform: separator } = config?.services.a ?? {};
  const names = said && separator ? said.split(separator).filter((name) => name !== "") : [];
  return names.length === 0 ? undefined : names;
}

/** A Compose file with the images of services and nothing else. */
function imagesAlone({ name }: Configured, services: readonly (readonly [string, Service])[]): string {
  // Compose refuses a service that has neither an image nor a build.
  const only = services.map(([name, service]) => [name, { ...imagesOnly(service), build: "." }] as const);
  return JSON.stringify({ name, services: Object.fromEntries(only) });
}

/** What of a service names images. */
function imagesOnly({ image, platform, volumes, pre_start }: Service): Service {
  const only = (container: Container) => ({
    ...container,
    // A variable can say the type.
    volumes: (container.volumes ?? []).filter((each) => typeof each === "object" && /^image$|\$/.test(each.type ?? "")),
  });
  return { ...only({ image, volumes }), platform, pre_start: (pre_start ?? []).map(only) };
}

/** The images of a service: where in it, the name, and the platform. */
export function imagesIn({ platform, pre_start, ...own }: Service): (readonly [string, string, string?])[] {
  const of = (container: Container, where: string, platformOfImage?: string) => [
    ...(container.image ? [[where, container.image, platformOfImage] as const] : []),
    ...(container.volumes ?? []).flatMap((each) =>
      typeof each === "object" && each.type === "image" && each.source
        ? [[`${where} ${each.target}`, each.source] as const]
        : [],
    ),
  ];
  const hooks = (pre_start ?? []).flatMap((hook, index) =>
    of({ ...hook, image: hook.image === own.image ? null : hook.image }, ` pre_start ${index}`),
  );
  return [...of(own, "", platform || undefined), ...hooks];
}

/** Services with an image that needs one of these variables: `$NAME`, `${NAME}` or `${NAME:?why}`. */
function needing(services: ReadonlyMap<string, Service>, variables: ReadonlySet<string>): Map<string, string> {
  const needed = new Map<string, string>();
  for (const [name, service] of services)
    for (const template of imagesIn(service).flatMap(([, image, platform = ""]) => [image, platform]))
      for (const [, plain, braced] of template.matchAll(/\$(?:\$|(\w+)|\{(\w+)(?::?\?[^}]*)?\})/g)) {
        const variable = plain ?? braced ?? "";
        if (variables.has(variable)) needed.set(name, variable);
      }
  return needed;
}

/** An image of a service needs a variable that has no value, or another one on each host. */
export function variableUnset(file: string, service: string, variable: string): GateError {
  const isOfHost = variable === OF_HOST || variable === OF_FOLDERS;
  const why = isOfHost
    ? `its image depends on ${variable}, which each host sets itself`
    : `the variable ${variable} is not set and has no default`;
  const remedy = isOfHost
    ? "Use a variable with another name in the image"
    : "Give the variable a default or a value in the .env file of the project (the job's own environment is not read)";
  return new GateError(
    "discovery-variable-unset",
    `${oneLine(file)}, service ${shown(service)}: ${why}`,
    `${remedy}, or ${INTO_LIST}`,
  );
}

/** Why Compose refuses a project here that it accepts where other variables are set. */
export const LACKS_VARIABLES = new Error("variables are missing");

function refuses(
  { main }: Project,
  { name, version }: Decider,
  { lacksVariables = false, why }: { readonly lacksVariables?: boolean; readonly why?: string | undefined },
): GateError {
  return new GateError(
    "discovery-compose-refused",
    `${name} ${version} refuses ${shown(main)}${why === undefined ? "" : `: ${why}`}`,
    `Correct the file until \`docker compose config\` accepts it; if you deploy by another version of Compose, install that one on this machine. Or ${INTO_LIST}`,
    lacksVariables ? { cause: LACKS_VARIABLES } : {},
  );
}
