import { z } from "zod";
import { GateError } from "../../../system/errors.ts";
import { attemptLater, type Gathering, shown } from "../gather.ts";
import { type Compose, composeConfig, composeOf } from "../programs/compose.ts";
import type { Allowance } from "../programs/run.ts";
import type { Project } from "./model.ts";

/** A project, and the images that were found in it here, by place (`web`, `web /models`). */
export interface ReadProject extends Project {
  readonly main: string;
  readonly images: ReadonlyMap<string, string>;
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
 * Holds what was read here against what Docker Compose reads, if the machine has it. What it finds and was not found here is added, and is an error.
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
    found.note(
      `${project.main} is read by Image Gate alone, since ${compose.name} ${compose.version} refuses it here: \`docker compose config\` says why.`,
    );
    return false;
  }
  for (const [place, image] of theirs) {
    if (project.images.get(place) === image) continue;
    const spot = { file: project.main, line: 1 };
    found.image({ reference: image, written: place, name: `${project.main} ${place}`, spot });
    throw differs(project, compose, place);
  }
  for (const place of project.images.keys()) if (!theirs.has(place)) throw differs(project, compose, place);
  return true;
}

/** The images of the services by place, as `compose config` writes them; undefined if it is something else. */
function imagesOf(config: unknown): Map<string, string> | undefined {
  const { data } = configured.safeParse(config);
  if (data === undefined) return undefined;
  const images = new Map<string, string>();
  const add = (place: string, { image, volumes }: z.infer<typeof container>) => {
    if (image) images.set(place, image);
    for (const { type, source, target = "" } of volumes ?? [])
      if (type === "image" && source) images.set(`${place} ${target}`, source);
  };
  for (const [name, each] of Object.entries(data.services ?? {})) {
    add(name, each);
    for (const [index, hook] of (each.pre_start ?? []).entries()) add(`${name} pre_start ${index}`, hook);
  }
  return images;
}

function differs({ main }: ReadProject, { name, version }: Compose, place: string): GateError {
  return new GateError(
    "discovery-readings-differ",
    `${name} ${version} reads another image for ${shown(place)} in ${shown(main)} than is read here`,
    "Write the file so that every program reads the same, or let a step write `docker compose config --images` into a list, and name that list by file:PATH.",
  );
}
