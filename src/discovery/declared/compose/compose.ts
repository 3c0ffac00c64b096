import { posix } from "node:path";
import { parseReference } from "../../../domain/image/reference.ts";
import type { World } from "../../../system/world.ts";
import type { GlobSource, Read } from "../../source.ts";
import { matchingFiles, type SourceFiles, sourceFiles } from "../files.ts";
import { at, type Gathering, gatheredLater, type NamedImage, shown, watched } from "../gather.ts";
import type { Allowance } from "../programs/run.ts";
import { isYaml } from "../yaml.ts";
import { compareWithCompose, type ReadProject } from "./compared.ts";
import { flat, type Variables } from "./env-file.ts";
import { type Loading, type Project, projectName, type Services, servicesOf, withEnvFiles } from "./model.ts";
import { type Field, invalid, resolve } from "./service.ts";

/** The names that `docker compose` looks for, and the files that it adds by itself; the first that exists counts. */
const MAIN = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];
const OVERRIDES = [
  "compose.override.yml",
  "compose.override.yaml",
  "docker-compose.override.yml",
  "docker-compose.override.yaml",
];

interface Located extends Project {
  /** The codes of what is wrong with its `.env`. */
  readonly problems: ReadonlySet<string>;
}

interface Loaded extends Project {
  readonly main: string;
  readonly name: string;
  readonly services: Services;
  /** Files that it includes. */
  readonly included: ReadonlySet<string>;
  /** The codes of what is wrong with it. */
  readonly problems: Set<string>;
}

/**
 * Reads the images that the services of Compose files name, and holds them against what Docker Compose reads, if the
 * machine has it.
 * @param deadlineMs milliseconds for all of it
 * @throws GateError `run-cancelled`
 */
export function readCompose(source: GlobSource, world: World, deadlineMs: number): Promise<Read> {
  const allowance = { world, end: performance.now() + deadlineMs };
  return gatheredLater(source.line, async (found) => {
    const files = sourceFiles("Compose file", world);
    const matching = matchingFiles(source.glob, isYaml, world, found);
    const loading: Loading = { files, found, included: new Set(), parsed: new Map(), reads: 0 };
    const loaded = loadAll(projectsOf(matching, loading), world, loading);
    const isIncluded = (project: Loaded) => loaded.some(({ included }) => included.has(project.main));
    const first = loaded.filter((project) => !isIncluded(project));
    const accepted = await tellProjects(first, loaded, found, allowance);
    // What another file includes counts only through that, if it is accepted.
    const counted = new Set(accepted.flatMap(({ included }) => [...included]));
    const rest = loaded.filter((project) => isIncluded(project) && !counted.has(project.main));
    const told = [...accepted, ...(await tellProjects(rest, loaded, found, allowance))];
    for (const project of loaded.filter(({ main }) => counted.has(main))) tellReplaced(project, told, found);
  });
}

/** Images of services, what they mount, and what runs before them, with the name of each service. */
function imageFields({ services }: Loaded): (readonly [string, Field])[] {
  return [...services].flatMap(([name, { image, mounts, before }]) =>
    [{ image, mounts }, ...before].flatMap((each) =>
      [...(each.image === undefined ? [] : [each.image]), ...each.mounts.values()].map(
        (field) => [name, field] as const,
      ),
    ),
  );
}

/**
 * Compose also accepts a file that is not deployed by itself. So if the including file changes an image of an included
 * file that the pattern matches, the included file's image counts, too. An image without a value by itself belongs to
 * the including file, if that keeps it.
 */
function tellReplaced(project: Loaded, told: readonly (Loaded & ReadProject)[], found: Gathering): void {
  const images = new Set(told.flatMap((each) => [...each.images.values()].flatMap((some) => [...some])));
  const fields = new Set(told.flatMap(imageFields).map(([, field]) => placeOf(field)));
  const replaced = imageFields(project).filter(([, field]) => {
    try {
      return !images.has(resolve(field));
    } catch {
      return !fields.has(placeOf(field));
    }
  });
  for (const [name, field] of replaced)
    found.attempt(() => tellImage(field, `${project.main} ${name}`, undefined, found));
  if (replaced.length > 0)
    found.note(
      `${project.main} counts by itself, too, since the pattern matches it and a file that includes it replaces its images.`,
    );
}

function placeOf({ spot, template }: Field): string {
  return `${at(spot)} ${template}`;
}

function loadAll(projects: readonly Located[], { workspace }: World, loading: Loading): Loaded[] {
  const loaded: Loaded[] = [];
  for (const project of projects) {
    const problems = new Set(project.problems);
    const found = watched(loading.found, ({ code }) => problems.add(code));
    const own: Loading = { ...loading, found, included: new Set() };
    found.attempt(() => {
      const name = projectName(project, workspace, own);
      const variables = [new Map([["COMPOSE_PROJECT_NAME", name]]), ...project.variables];
      const services = servicesOf({ ...project, variables }, own);
      loaded.push({ ...project, main: project.files[0] ?? "", name, services, included: own.included, problems });
    });
    loading.reads = own.reads;
  }
  return loaded;
}

/** @returns the projects that have no problem, and that Docker Compose does not refuse */
async function tellProjects(
  projects: readonly Loaded[],
  all: readonly Loaded[],
  found: Gathering,
  allowance: Allowance,
): Promise<(Loaded & ReadProject)[]> {
  const read = projects.map((project) => {
    const images = new Map<string, Set<string>>();
    const listening = watched(found, ({ code }) => project.problems.add(code));
    tellImages(project, all, { ...listening, image: (image) => tellOne(image, project, images, listening) });
    return { ...project, images };
  });
  // The images of a file with a mistake are unknown, and what it names elsewhere must not be fetched.
  const whole = read.filter(({ problems }) => problems.size === 0);
  const refused = await compareWithCompose(whole, found, allowance);
  return whole.filter((project) => !refused.has(project));
}

/** Adds an image to what is found, and to the images of its service. */
function tellOne(
  image: NamedImage,
  { main, problems }: Loaded,
  images: Map<string, Set<string>>,
  found: Gathering,
): void {
  // A place is the project's file, the service, and what of it: none of Compose's services has a space in its name.
  const [service = ""] = image.name.slice(main.length + 1).split(" ", 1);
  images.set(service, (images.get(service) ?? new Set()).add(image.reference));
  if (parseReference(image.reference) === undefined) problems.add("discovery-reference-invalid");
  found.image(image);
}

/** The projects of the files: each by itself, but for those that `docker compose` reads together. */
function projectsOf(matching: readonly string[], loading: Loading): Located[] {
  const folders = new Set(matching.map((file) => posix.dirname(file)));
  return [...folders].flatMap((folder) => {
    const problems = new Set<string>();
    const found = watched(loading.found, ({ code }) => problems.add(code));
    const variables = withEnvFiles(undefined, folder, [], { ...loading, found });
    const here = matching.filter((file) => posix.dirname(file) === folder);
    const usual = usualFiles(folder, variables, loading.files);
    const together = usual.files.some((file) => here.includes(file)) ? usual.files : [];
    if (together.length > 1) loading.found.note(usual.why);
    if (together.length === 0 && usual.isListed)
      loading.found.note(`${usual.why} The pattern matches none of them, so they do not count.`);
    const alone = here.filter((file) => !together.includes(file)).map((file) => [file]);
    return [together, ...alone]
      .filter((files) => files.length > 0)
      .map((files) => ({ folder, files, variables, problems }));
  });
}

/** The files that `docker compose` reads in a folder by default. */
function usualFiles(
  folder: string,
  variables: readonly Variables[],
  files: SourceFiles,
): { files: string[]; why: string; isListed: boolean } {
  const first = (names: readonly string[]) =>
    names
      .map((name) => posix.join(folder, name))
      .filter((file) => files.exists(file))
      .slice(0, 1);
  const set = flat(variables);
  const listed = set.get("COMPOSE_FILE");
  if (typeof listed === "string" && listed !== "") {
    const separator = set.get("COMPOSE_PATH_SEPARATOR");
    const names = listed.split(typeof separator === "string" && separator !== "" ? separator : ":");
    const why = `COMPOSE_FILE in ${posix.join(folder, ".env")} names the files that are read together: ${names.join(", ")}.`;
    return { files: names.map((name) => posix.join(folder, name)), why, isListed: true };
  }
  const main = first(MAIN);
  const overrides = main.length > 0 ? first(OVERRIDES) : [];
  return {
    files: [...main, ...overrides],
    why: `${overrides[0]} is merged into ${main[0]}, as docker compose does.`,
    isListed: false,
  };
}

function tellImages(loaded: Loaded, all: readonly Loaded[], found: Gathering): void {
  for (const [name, service] of loaded.services) {
    const place = `${loaded.main} ${name}`;
    if (service.profiles) found.note("Services with profiles count, whether or not a profile is active.");
    found.attempt(() => {
      const platform = service.platform && resolve(service.platform);
      if (service.image !== undefined && tellImage(service.image, place, platform, found)) {
        if (service.build) found.note(alsoBuilt(place));
        return;
      }
      if (service.build) found.note(built(name, loaded));
      else if (service.provider) found.note(`${place} has a provider instead of an image, and is not scanned.`);
      else if (!hasElsewhere(name, loaded, all))
        throw invalid(service.spot, `the service ${shown(name)} has neither an image nor a build`);
    });
    const hooks = service.before.map((hook, index) => [`${place} pre_start ${index}`, hook] as const);
    for (const [at, { image, mounts }] of [...hooks, [place, { mounts: service.mounts }] as const]) {
      if (image !== undefined) found.attempt(() => tellImage(image, at, undefined, found));
      for (const [target, field] of mounts) found.attempt(() => tellImage(field, `${at} ${target}`, undefined, found));
    }
  }
}

/** Adds an image. Returns false if nothing is left of it when its variables are resolved. */
function tellImage(field: Field, name: string, platform: string | undefined, found: Gathering): boolean {
  const reference = resolve(field);
  if (reference === "") return false;
  found.image({ reference, written: field.template, platform: platform || undefined, name, spot: field.spot });
  return true;
}

function built(name: string, loaded: Loaded): string {
  return `${loaded.main} ${name} is built on the host as ${loaded.name}-${name}, which no registry has: it is not scanned here. The source docker finds it on the host on which it runs.`;
}

function alsoBuilt(place: string): string {
  return `${place} has an image and a build: what the registry has under this name is scanned, and not what was built on the host. The source docker finds that.`;
}

/** A file that adds to another need not name the image again. */
function hasElsewhere(name: string, loaded: Loaded, all: readonly Loaded[]): boolean {
  return all.some((other) => {
    if (other === loaded || other.folder !== loaded.folder) return false;
    const service = other.services.get(name);
    return service !== undefined && (service.image !== undefined || service.build || service.provider);
  });
}
