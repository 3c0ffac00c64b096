import { z } from "zod";
import { GateError } from "../../../system/errors.ts";
import { attemptLater, type Gathering, shown } from "../gather.ts";
import { type Compose, composeConfig, composeOf } from "../programs/compose.ts";
import type { Allowance } from "../programs/run.ts";
import type { Project } from "./model.ts";

/** The images of services, by the service's name: its own, those that it mounts, those that run before it. */
export type ServiceImages = ReadonlyMap<string, ReadonlySet<string>>;

/** A project, and the images that were found in it here. */
export interface ReadProject extends Project {
  readonly main: string;
  readonly images: ServiceImages;
}

const volume = z.looseObject({
  type: z.string().optional(),
  source: z.string().optional(),
  target: z.string().optional(),
});
const container = z.looseObject({ image: z.string().nullish(), volumes: z.array(volume).nullish() });
const service = container.extend({ pre_start: z.array(container).nullish() });
const configured = z.looseObject({ services: z.record(z.string(), service).nullish() });

/**
 * Holds what was read here against what Docker Compose reads, if the machine has it. What it finds and was not found
 * here is added, and is an error.
 * @returns the projects that Compose refuses
 */
export async function compareWithCompose(
  projects: readonly ReadProject[],
  found: Gathering,
  allowance: Allowance,
): Promise<ReadonlySet<ReadProject>> {
  const refused = new Set<ReadProject>();
  const compose = projects.length === 0 ? undefined : await attemptLater(found, () => composeOf(allowance));
  if (compose === undefined) return refused;
  for (const project of projects) {
    const isAccepted = await attemptLater(found, () => compareOne(project, compose, found, allowance));
    if (isAccepted !== true) refused.add(project);
  }
  if (refused.size < projects.length)
    found.note(`${compose.name} ${compose.version} (${compose.path}) was asked for the images of the Compose files.`);
  return refused;
}

async function compareOne(
  project: ReadProject,
  compose: Compose,
  found: Gathering,
  allowance: Allowance,
): Promise<boolean> {
  const answer = await composeConfig(compose, project, allowance);
  const theirs = "config" in answer ? imagesOf(answer.config) : undefined;
  if (theirs === undefined) {
    if (!("refused" in answer) || answer.refused === "wrong") throw refuses(project, compose);
    found.note(
      `${project.main} is read by Image Gate alone, since ${compose.name} ${compose.version} refuses it without variables or files of them that are not here: \`docker compose config\` says which.`,
    );
    return false;
  }
  for (const [service, images] of theirs) {
    const missing = [...images].filter((image) => !project.images.get(service)?.has(image));
    for (const reference of missing)
      found.image({
        reference,
        written: service,
        name: `${project.main} ${service}`,
        spot: { file: project.main, line: 1 },
      });
    if (missing.length > 0) throw differs(project, compose, service);
  }
  for (const [service, images] of project.images)
    for (const image of images) if (!theirs.get(service)?.has(image)) throw differs(project, compose, service);
  return true;
}

/**
 * The images of the services, as `compose config` writes them; undefined if it is something else. A hook inherits what
 * it does not say.
 */
function imagesOf(config: unknown): ServiceImages | undefined {
  const { data } = configured.safeParse(config);
  if (data === undefined) return undefined;
  return new Map(
    Object.entries(data.services ?? {}).map(([name, each]) => [
      name,
      new Set([each, ...(each.pre_start ?? [])].flatMap(imagesIn)),
    ]),
  );
}

function imagesIn({ image, volumes }: z.infer<typeof container>): string[] {
  const mounted = (volumes ?? []).flatMap(({ type, source }) => (type === "image" && source ? [source] : []));
  return image ? [image, ...mounted] : mounted;
}

/** Its reason can have a value of `.env`, so it is not repeated. */
function refuses({ main }: ReadProject, { name, version }: Compose): GateError {
  return new GateError(
    "discovery-compose-refused",
    `${name} ${version} refuses ${shown(main)}`,
    "Correct the file until `docker compose config` accepts it; if you deploy by another version of Compose, install that one on this machine. Or write `docker compose config --images` into a list, and name that list by file:PATH.",
  );
}

function differs({ main }: ReadProject, { name, version }: Compose, service: string): GateError {
  return new GateError(
    "discovery-readings-differ",
    `${name} ${version} reads other images for ${shown(service)} in ${shown(main)} than is read here`,
    "Write the file so that every program reads the same, or write `docker compose config --images` into a list, and name that list by file:PATH.",
  );
}
