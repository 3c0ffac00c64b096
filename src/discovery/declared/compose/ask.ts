import { writeFileSync } from "node:fs";
import { join, posix } from "node:path";
import { GateError } from "../../../system/errors.ts";
import { removedAtEnd } from "../../../system/store/private-file.ts";
import type { SourceFiles } from "../files.ts";
import { at, gathered, type Spot, shown } from "../gather.ts";
import {
  type Compose,
  type ComposeAnswer,
  type Configured,
  type Container,
  type Copy,
  composeConfig,
  copyOf,
  type Service,
} from "../programs/compose.ts";
import type { Allowance } from "../programs/run.ts";
import { type Project, type Reads, readsOf } from "./project.ts";

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
  readonly compose: Compose;
  readonly source: SourceFiles;
  readonly allowance: Allowance;
}

const INTO_LIST = "write `docker compose config --images` into a list, and name that list by file:PATH.";
/** A file of ours in the copies of a project. */
const ASKED = "image-gate-asks.json";

/** Runs `docker compose config` on the copies of a project. */
type Run = (files: readonly string[], ...options: readonly string[]) => Promise<ComposeAnswer>;

/**
 * Asks Compose for the images of a project.
 * @throws GateError `discovery-compose-refused`, and as {@link readsOf}
 */
export async function ask(project: Project, { compose, source, allowance }: Asking): Promise<Answered> {
  const { folder } = project;
  const reads = wholeReads(project, source);
  const copy = copyOf(reads.files, allowance);
  using _ = removedAtEnd(copy.root);
  const run: Run = (files, ...options) => composeConfig(compose, { folder, files, options }, copy, allowance);
  const files = project.isUsual ? [] : project.files.map((file) => posix.relative(folder, file));
  const { config: model, reason } = await run(files, "--no-interpolate");
  if (model === undefined) throw refuses(project, compose, reads.hasVariables ? undefined : reason);
  const { config, unset } = await run(files);
  // Only its images are resolved then, in its folder. Those of files with other variables cannot be.
  const canBeAlone = config === undefined && unset.size > 0 && !reads.hasOtherVariables;
  const answer =
    config === undefined
      ? canBeAlone && (await imagesAlone(model, join(copy.workspace, folder), run))
      : { services: servicesOf(config), unset: needing(model, unset) };
  if (!answer) throw refuses(project, compose);
  return {
    project,
    reads,
    name: model.name ?? "",
    written: servicesOf(model),
    services: answer.services,
    unset: new Map([...withOurFolders(answer.services, copy), ...answer.unset]),
    isWhole: config !== undefined,
  };
}

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
  const { image: said, platform: separator } = config?.services?.a ?? {};
  const names = said && separator ? said.split(separator).filter((name) => name !== "") : [];
  return names.length === 0 ? undefined : names;
}

/** @throws GateError the first of what is wrong with its files */
function wholeReads(project: Project, source: SourceFiles): Reads {
  let reads: Reads | undefined;
  const { problem } = gathered("", (found) => {
    reads = readsOf(project, source, found);
  });
  if (reads === undefined || problem !== undefined) throw problem;
  return reads;
}

/**
 * The images of a project that Compose refuses, because something else in it needs a variable.
 * @param folder the copy of the project's folder
 * @returns undefined if Compose refuses these, too
 */
async function imagesAlone(
  model: Configured,
  folder: string,
  run: Run,
): Promise<Pick<Answered, "services" | "unset"> | undefined> {
  const services = servicesOf(model);
  // Compose refuses a service that has neither an image nor a build.
  const left = new Map([...services].map(([name, service]) => [name, { ...imagesOnly(service), build: "." }]));
  const unset = new Map<string, string>();
  for (;;) {
    writeFileSync(join(folder, ASKED), JSON.stringify({ name: model.name, services: Object.fromEntries(left) }));
    const answer: ComposeAnswer = left.size === 0 ? EMPTY : await run([ASKED]);
    if (answer.config !== undefined) {
      for (const [name, resolved] of servicesOf(answer.config))
        services.set(name, { ...services.get(name), ...imagesOnly(resolved) });
      for (const [name, variable] of needing(model, answer.unset)) unset.set(name, variable);
      return { services, unset };
    }
    if (answer.required.size === 0) return undefined;
    for (const [name, variable] of answer.required) {
      left.delete(name);
      unset.set(name, variable);
    }
  }
}

const EMPTY: ComposeAnswer = { config: {}, unset: new Set(), required: new Map() };

/** What of a service names images. */
function imagesOnly({ image, platform, volumes, pre_start }: Service): Service {
  const only = (container: Container) => ({
    image: container.image,
    volumes: (container.volumes ?? []).filter((each) => typeof each === "object" && each.type === "image"),
  });
  const hooks = (pre_start ?? []).map((hook) => ({ ...hook, ...only(hook) }));
  return { ...only({ image, volumes }), platform, pre_start: hooks };
}

function servicesOf({ services }: Configured): Map<string, Service> {
  return new Map(Object.entries(services ?? {}));
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

/** Services with an image that needs one of these variables, without a default. */
function needing(model: Configured, variables: ReadonlySet<string>): Map<string, string> {
  const needed = new Map<string, string>();
  for (const [name, service] of servicesOf(model))
    for (const template of imagesIn(service).flatMap(([, image, platform = ""]) => [image, platform]))
      for (const [, plain, braced] of template.matchAll(/\$(?:\$|(\w+)|\{(\w+)\})/g)) {
        const variable = plain ?? braced ?? "";
        if (variables.has(variable)) needed.set(name, variable);
      }
  return needed;
}

/** HOME and PWD are folders of ours here. */
function withOurFolders(services: ReadonlyMap<string, Service>, { root }: Copy): Map<string, string> {
  const names = [...services].filter(([, service]) => imagesIn(service).some(([, image]) => image.includes(root)));
  return new Map(names.map(([name]) => [name, "HOME or PWD"]));
}

/** An image needs a variable that has no value. */
export function variableUnset(spot: Spot, variable: string): GateError {
  return new GateError(
    "discovery-variable-unset",
    `${at(spot)}: the variable ${variable} is not set and has no default`,
    `Give the variable a default or a value in the .env file beside the Compose file (the job's own environment is not read), or ${INTO_LIST}`,
  );
}

function refuses({ main }: Project, { name, version }: Compose, reason?: string): GateError {
  return new GateError(
    "discovery-compose-refused",
    `${name} ${version} refuses ${shown(main)}${reason === undefined ? "" : `: ${reason}`}`,
    `Correct the file until \`docker compose config\` accepts it; if you deploy by another version of Compose, install that one on this machine. Or ${INTO_LIST}`,
  );
}
