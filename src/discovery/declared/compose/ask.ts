import { randomInt } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join, posix } from "node:path";
import { oneLine } from "../../../domain/one-line.ts";
import type { GateError } from "../../../system/errors.ts";
import { fault, shown } from "../../fault.ts";
import type { Gathering } from "../../gather.ts";
import { copyOf, type SourceFiles } from "../files.ts";
import {
  type ComposeQuestion,
  type Configured,
  type Container,
  composeConfig,
  type Service,
  UNRESOLVED,
  withoutEnvironments,
} from "../programs/compose.ts";
import type { Allowance, Decider } from "../programs/run.ts";
import { type Project, readsOf } from "./project.ts";

/** A project as Compose reads it. */
export type ProjectAnswer = Awaited<ReturnType<typeof ask>>;

/** The program and the shared limits for the projects of one source. */
export interface ComposeAccess {
  readonly compose: Decider;
  readonly source: SourceFiles;
  readonly found: Gathering;
  readonly allowance: Allowance;
}

/** The name of the file that we add to the copies of a project. */
const QUESTION_FILE = "image-gate-asks.json";

/** Compose can fetch files from elsewhere only with these settings. `.env` cannot change them. */
const NOTHING_REMOTE = {
  COMPOSE_EXPERIMENTAL_GIT_REMOTE: "false",
  COMPOSE_EXPERIMENTAL_OCI_REMOTE: "false",
  COMPOSE_ENV_FILES: "",
};

/**
 * Asks Compose for the images of a project: first for its services as written, then for the images with resolved
 * variables. Other variables need no value.
 * @returns all services as they are `written`; `services` whose images are known; and the names of the others, with a
 * variable without a value that an image needs
 * @throws GateError `discovery-compose-refused`, and as {@link readsOf}
 */
export async function ask(project: Project, { compose, source, found, allowance }: ComposeAccess) {
  const { folder } = project;
  const reads = readsOf(project, source, found);
  using copy = copyOf(reads.files, allowance.world);
  const files = project.isUsual ? [] : project.files.map((file) => posix.relative(folder, file));
  const ask = (asked: Omit<ComposeQuestion, "folder">) => composeConfig(compose, { folder, ...asked }, copy, allowance);
  const unresolved = await ask({ files, options: [UNRESOLVED], variables: NOTHING_REMOTE });
  // Compose before 2.27.1 refuses variables in numbers. If files have other variables, images cannot be resolved alone.
  const hasOther = [...reads.variables].some((file) => file !== posix.join(folder, ".env"));
  const alone = unresolved.config === undefined || hasOther ? undefined : imagesAlone(unresolved.config);
  if (alone !== undefined) writeFileSync(join(copy.workspace, folder, QUESTION_FILE), alone);
  const question = alone === undefined ? { files, options: withoutEnvironments(compose) } : { files: [QUESTION_FILE] };
  const plain = await ask({ ...question, variables: NOTHING_REMOTE });
  const model = unresolved.config ?? (plain.unset.size === 0 ? plain.config : undefined);
  // A reason could quote a value of a variable, which may be a secret.
  const why = reads.variables.size > 0 ? "" : unresolved.reason;
  const refusal = `${compose.name} ${compose.version} refuses ${shown(project.main)}`;
  if (model === undefined) throw fault("discovery-compose-refused", refusal + why);
  if (plain.config === undefined) throw fault("discovery-compose-refused", refusal, LACKS_VARIABLES);
  const ofPrograms = [...plain.unset].find((variable) => OF_PROGRAMS.test(variable));
  const filled = (alone ?? "$").includes("$") ? await ask({ ...question, variables: otherValues(plain.unset) }) : plain;
  const written = new Map(Object.entries(model.services));
  const [services, unset] = [new Map<string, Service>(), new Map<string, string>()];
  for (const [name, service] of Object.entries(plain.config.services)) {
    const template = written.get(name) ?? {};
    // Such a variable got no second value. It can also reach an image through a file of variables or the project's
    // name.
    const isKnown = ofPrograms === undefined || !JSON.stringify(imagesOnly(template)).includes("$");
    if (isKnown && isSame(service, filled.config?.services[name]))
      services.set(name, { ...template, ...imagesOnly(service) });
    else unset.set(name, [...plain.unset].find((variable) => isNamedIn(template, variable)) ?? ofPrograms ?? OF_HOST);
  }
  return { project, reads, services, written, unset };
}

function isNamedIn(service: Service, variable: string): boolean {
  return new RegExp(`\\$\\{?${variable}\\b`).test(JSON.stringify(imagesIn(service)));
}

function isSame(service: Service, other: Service | undefined): boolean {
  return JSON.stringify(other && imagesIn(other)) === JSON.stringify(imagesIn(service));
}

/** Variables that change Compose's own behaviour, or how it is loaded. A stranger's file must not set them for us. */
const OF_PROGRAMS =
  /^(?:LD_|DYLD_|COMPOSE_|DOCKER_|BUILDKIT_|BUILDX_|XDG_|OTEL_|SSL_CERT_|(?:TMPDIR|GO(?:DEBUG|GC|MAXPROCS|MEMLIMIT))$)|_PROXY$/i;

/**
 * Variables that a shell or the job's platform sets wherever a project is started. HOME is a new folder for each
 * question.
 */
const ON_HOSTS = ["PATH", "PWD", "USER", "LOGNAME", "SHELL", "SHLVL", "LANG", "TERM", "HOSTNAME", "CI"];

/**
 * Unpredictable values for variables that have no value here, and for those that each host sets. An image that changes
 * with them is unknown, and so is one that depends on our own settings of Compose, which are absent then. Otherwise, a
 * default or a condition (`${PATH:+…}`) would hide the value on a host.
 */
function otherValues(unset: ReadonlySet<string>): Record<string, string> {
  const names = [...ON_HOSTS, ...unset].filter((name) => !OF_PROGRAMS.test(name));
  return Object.fromEntries(names.map((name) => [name, name === "CI" ? "true" : String(randomInt(2 ** 40))]));
}

const OF_HOST = "PATH, HOME, USER or a similar variable";

/** The files that COMPOSE_FILE in the `.env` of a folder names, as Compose reads it; undefined without any. */
export async function listedFiles(
  folder: string,
  { compose, source, allowance }: ComposeAccess,
): Promise<string[] | undefined> {
  const file = posix.join(folder, ".env");
  if (!source.exists(file) || source.isFolder(file) || !source.text(file).includes("COMPOSE_FILE")) return undefined;
  using copy = copyOf([file], allowance.world);
  const image = "${COMPOSE_FILE-}";
  const platform = "${COMPOSE_PATH_SEPARATOR:-:}";
  writeFileSync(join(copy.workspace, folder, QUESTION_FILE), JSON.stringify({ services: { a: { image, platform } } }));
  const { config } = await composeConfig(compose, { folder, files: [QUESTION_FILE] }, copy, allowance);
  const { image: said, platform: separator } = config?.services.a ?? {};
  const names = said && separator ? said.split(separator).filter((name) => name !== "") : [];
  return names.length === 0 ? undefined : names;
}

/**
 * A Compose file with the images of services and nothing else. Compose accepts an empty image if there is a build. The
 * message for a missing variable (`${NAME:?why}`) is removed, so that Compose does not refuse it.
 */
function imagesAlone({ name, services }: Configured): string {
  const only = Object.entries(services).map(([name, service]) => {
    const runs = service.image || service.build || service.provider;
    return [name, { ...imagesOnly(service), ...(runs ? { build: "." } : {}) }];
  });
  return JSON.stringify({ name, services: Object.fromEntries(only) }).replace(/(\$\{\w+):?\?[^}]*/g, "$1");
}

/** The parts of a service that name images. A variable can give the type of a volume. */
function imagesOnly({ image, platform, volumes, pre_start }: Service): Service {
  const only = (container: Container) => {
    const volumes = container.volumes?.filter((each) => typeof each === "object" && /^image$|\$/.test(each.type ?? ""));
    return { ...container, volumes: volumes?.length ? volumes : undefined };
  };
  return { ...only({ image, volumes }), platform, pre_start: pre_start?.map(only) };
}

/** The images of a service: the place in it, the name, and the platform. */
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

/** A service's image needs a variable that has no value, or whose value differs from host to host. */
export function variableUnset(file: string, service: string, variable: string): GateError {
  const why =
    variable === OF_HOST
      ? `its image depends on ${variable}, which each host sets itself`
      : `the variable ${variable} is not set and has no default`;
  return fault("discovery-variable-unset", `${oneLine(file)}, service ${shown(service)}: ${why}`);
}

/** Compose refuses a project here that it might accept if other variables were set. */
export const LACKS_VARIABLES = new Error("variables are missing");
