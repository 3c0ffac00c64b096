import { posix } from "node:path";
import { GateError } from "../../../system/errors.ts";
import { isWithin } from "../../../system/given-files.ts";
import { type Gathering, gatherOthers, outcomeOf } from "../../gather.ts";
import type { SourceOf } from "../../parse-source.ts";
import { matchingFiles, sourceFiles } from "../files.ts";
import { composeOf, type Service } from "../programs/compose.ts";
import type { Allowance } from "../programs/run.ts";
import { isYaml } from "../yaml.ts";
import {
  ask,
  type ComposeAccess,
  imagesIn,
  LACKS_VARIABLES,
  listedFiles,
  type ProjectAnswer,
  variableUnset,
} from "./ask.ts";
import type { Project } from "./project.ts";

/** The names that `docker compose` looks for (the first that exists counts), and the files that it adds by itself. */
const MAIN = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];
const OVERRIDES = [
  "compose.override.yml",
  "compose.override.yaml",
  "docker-compose.override.yml",
  "docker-compose.override.yaml",
];

/** Asks Docker Compose for the images of the services in Compose files. */
export async function readCompose(given: SourceOf<"compose">, found: Gathering, allowance: Allowance): Promise<void> {
  const source = sourceFiles("Compose file", allowance.world);
  const matching = matchingFiles(given.glob, isYaml, allowance.world, found);
  const compose = await composeOf(allowance);
  const asking = { compose, source, found, allowance };
  const projects: Project[] = [];
  for (const folder of foldersAbove(matching)) projects.push(...(await projectsOf(folder, matching, asking)));
  const answers: (readonly [Project, ProjectAnswer | GateError])[] = [];
  for (const project of projects) answers.push([project, await outcomeOf(() => ask(project, asking))]);
  const accepted = answers.flatMap(([, answer]) => (answer instanceof GateError ? [] : answer));
  const rows = answers.map(([project, answer]) => {
    return { project, answer, others: accepted.filter((other) => isPart(project, other)) };
  });
  // A part counts only for images that the projects that include it do not name.
  for (const row of rows.sort((a, b) => Number(a.others.length > 0) - Number(b.others.length > 0))) report(row, found);
  if (accepted.length > 0)
    found.note(`${compose.name} ${compose.version} (${compose.path}) was asked for the images of the Compose files.`);
}

/** The folders of files, and all above them. */
function foldersAbove(files: readonly string[]): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const file of files)
    for (let folder = posix.dirname(file); !folders.has(folder); folder = posix.dirname(folder)) folders.add(folder);
  return folders;
}

/** True if a project's file belongs to another project, and can be deployed by itself, too. */
function isPart({ main, folder }: Project, { project, reads }: ProjectAnswer): boolean {
  // A `.env` in a folder above can name the same first file.
  if (main === project.main)
    return folder !== project.folder && isWithin(posix.resolve("/", project.folder), posix.resolve("/", folder));
  return reads.included.has(main) || (project.isUsual && project.files.includes(main));
}

/** The projects of a folder: each file is one, except for files that `docker compose` reads together. */
async function projectsOf(folder: string, matching: readonly string[], asking: ComposeAccess): Promise<Project[]> {
  const { found } = asking;
  const here = matching.filter((file) => posix.dirname(file) === folder);
  const { files, isListed } = await usualFiles(folder, asking);
  const isMeant = matching.some((file) => files.includes(file));
  if (isMeant && files.length > 1) found.note("docker compose reads these files together", files.join(" + "));
  if (!isMeant && isListed && here.length > 0)
    found.note("COMPOSE_FILE names files that the pattern does not match, so they do not count", `${folder}/.env`);
  const project = (files: readonly string[], isUsual: boolean) => ({ folder, files, main: files[0] ?? "", isUsual });
  const alone = here.filter((file) => file !== files[0] && (isListed || !files.includes(file)));
  return [...(isMeant ? [project(files, true)] : []), ...alone.map((file) => project([file], false))];
}

/** The files that `docker compose` reads in a folder by default. */
async function usualFiles(folder: string, asking: ComposeAccess): Promise<{ files: string[]; isListed: boolean }> {
  const inFolder = (names: readonly string[]) => names.map((name) => posix.join(folder, name));
  const listed = await listedFiles(folder, asking);
  if (listed !== undefined) return { files: inFolder(listed), isListed: true };
  const first = (names: readonly string[]) => inFolder(names).filter(asking.source.exists).slice(0, 1);
  const main = first(MAIN);
  return { files: main.length > 0 ? [...main, ...first(OVERRIDES)] : [], isListed: false };
}

interface Row {
  readonly project: Project;
  readonly answer: ProjectAnswer | GateError;
  /** Projects that include it. */
  readonly others: readonly ProjectAnswer[];
}

/**
 * Reports the images of a project. Compose may accept a file that is only included by another one, and not deployed by
 * itself. Such a file counts only for images that the other one replaces. An image that it cannot name alone belongs to
 * the other one, if that keeps it.
 */
function report({ project: { main }, answer, others }: Row, found: Gathering): void {
  const isPart = others.length > 0;
  if (answer instanceof GateError) {
    // The including project may give it other variables than those with which it is deployed.
    if (!isPart || !isNotWhole(answer)) found.problem(answer);
    if (isPart)
      found.note("These files count only through the files that include them, since they are incomplete alone", main);
    return;
  }
  const { services, written, unset } = answer;
  const kept = new Set(others.flatMap((other) => [...other.written.values()].flatMap(namesIn)));
  for (const [name, variable] of unset)
    if (!namesIn(written.get(name) ?? {}).every((each) => kept.has(each)))
      found.problem(variableUnset(main, name, variable));
  const gather = (to: Gathering) => {
    for (const [name, service] of services) {
      const place = `${main} ${name}`;
      const template = written.get(name)?.image ?? name;
      for (const [where, reference, platform] of imagesIn(service))
        to.image({ reference, written: template, platform, name: place + where, spot: { file: main } });
      noteService(service, place, found);
    }
  };
  if (isPart) gatherOthers({ note: COUNTS_TOO, file: main }, found, gather);
  else gather(found);
}

const COUNTS_TOO =
  "These files count by themselves, too, since the pattern matches them and a file that includes them replaces their images";

/** Compose refuses it, whatever values variables have. */
function isNotWhole({ code, cause }: GateError): boolean {
  return code === "discovery-compose-refused" && cause !== LACKS_VARIABLES;
}

function namesIn(service: Service): string[] {
  return imagesIn(service).map(([, image]) => image);
}

function noteService(service: Service, place: string, found: Gathering): void {
  if (service.profiles?.length) found.note("Services with profiles count, whether or not a profile is active.");
  if (service.build && service.image)
    found.note(
      "For services with an image and a build, the registry's image of this name is scanned, and not the one that was built on the host. The source docker finds that one",
      place,
    );
  else if (service.build)
    found.note(
      "Services that are built on the host, as images that no registry has, are not scanned. The source docker finds them where they run",
      place,
    );
  else if (service.provider && !service.image)
    found.note("Services with a provider instead of an image are not scanned", place);
}
