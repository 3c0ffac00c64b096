import { readdirSync, realpathSync, type Stats } from "node:fs";
import { isAbsolute, join, relative, resolve } from "node:path";
import { imageNaming, isNamedAsFile, parseReference } from "../domain/image/reference.ts";
import { type NamedFile, namedFile } from "../domain/image/target-names.ts";
import { clipped } from "../domain/one-line.ts";
import { GIVEN_REPORT, type LocatedTarget, type Target } from "../domain/target.ts";
import type { ReportReader } from "../scanners/scanner.ts";
import { GateError } from "../system/errors.ts";
import { isWithin, realGivenPath, statusOf } from "../system/given-files.ts";
import type { World } from "../system/world.ts";
import { matchingReports, reportedName } from "./given-reports.ts";

export interface TargetInputs {
  readonly image: readonly string[];
  readonly path: readonly string[];
  readonly repository: readonly string[];
  readonly sbom: readonly string[];
  /** Existing reports that are judged instead of a scan. */
  readonly trivyReport: readonly string[];
  /** The same, from any scanner. */
  readonly scanReport?: readonly string[] | undefined;
  readonly platform: readonly string[];
}

/** The value of `platform` that means all platforms of an image. */
const EVERY_PLATFORM = "all";

type Folders = Pick<World, "workspace" | "temp">;
type TargetWorld = Pick<World, "workspace" | "temp" | "log">;

/**
 * One target for each item of each input, in their order; an image has one for each platform. A target is checked only
 * when it is located, so that a mistake is an error of this target alone.
 * @param readers know the names that given reports claim
 */
export function resolveTargets(inputs: TargetInputs, readers: readonly ReportReader[], world: TargetWorld): Target[] {
  const every = inputs.platform.includes(EVERY_PLATFORM);
  const platforms = inputs.platform.length === 0 || every ? [undefined] : inputs.platform;
  for (const line of inputs.image) warnOfTwoReadings(namedFile(line), world);
  const of = (kind: Target["kind"], items: readonly string[]) =>
    items.map((input): Target => ({ kind, input, label: shortPath(input, world) }));
  const images = inputs.image.flatMap((line) =>
    platforms.map((platform) => imageTarget(namedFile(line), platform, world)),
  );
  const all = [
    ...images.map((target): Target => (every ? { ...target, everyPlatform: true } : target)),
    ...of("path", inputs.path),
    ...of("repository", inputs.repository),
    ...of("sbom", inputs.sbom),
    ...inputs.trivyReport.flatMap((line) => reportTargets(line, readers.slice(0, 1), world)),
    ...(inputs.scanReport ?? [])
      .flatMap((line) => reportTargets(line, readers, world))
      .map((target): Target => ({ ...target, anyScanner: true })),
  ];
  // A target that is named twice must not count twice.
  return [...Map.groupBy(all, (target) => identity(target, world)).values()].flatMap(([first]) => first ?? []);
}

/**
 * With exactly one image, each report is an opinion on that image. With several, a report is its own target, since its
 * image is unknown.
 */
export function withOpinions(targets: readonly Target[]): readonly Target[] {
  const isImage = ({ kind }: Target) => kind === "image";
  const reports = targets.filter(({ kind }) => kind === GIVEN_REPORT);
  if (reports.length === 0 || targets.filter(isImage).length !== 1) return targets;
  return targets
    .filter(({ kind }) => kind !== GIVEN_REPORT)
    .map((target) => (isImage(target) ? { ...target, opinions: reports } : target));
}

/** Equal for different spellings of one path. An input that could be a reference or a URL is not a path. */
function identity({ kind, platform = "", input, as = "" }: Target, { workspace }: Folders): string {
  const path = resolve(workspace, input);
  const isPath = kind === "image" ? isNamedAsFile(input) || isImageFile(path, statusOf(path)) : kind !== "repository";
  return `${kind} ${platform} ${as} ${isPath ? path : input}`;
}

function imageTarget({ input, as }: NamedFile, platform: string | undefined, world: TargetWorld): Target {
  const short = shortPath(input, world);
  const name = as === undefined ? short : `${as} (${short})`;
  const label = platform === undefined ? name : `${name} (${platform})`;
  const isFile = as !== undefined || isNamedAsFile(input);
  return { kind: "image", input, ...(as !== undefined && { as }), ...(isFile && { file: short }), platform, label };
}

/** The reports that a line names. */
function reportTargets(line: string, readers: readonly ReportReader[], world: TargetWorld): Target[] {
  const named = namedFile(line);
  const files = matchingReports(named.input, world);
  // The error appears when the report is judged. Files behind a link are not read.
  if (files === undefined) {
    const { input, as } = named;
    return [{ kind: GIVEN_REPORT, input, as, file: input, label: input, matchesNothing: true }];
  }
  return files.map((input) => givenReport({ ...named, input }, readers, world));
}

/**
 * The label has the user's name or otherwise the report's own, and always the path, since a report may claim any name.
 */
function givenReport({ input, as }: NamedFile, readers: readonly ReportReader[], world: TargetWorld): Target {
  const file = shortPath(input, world);
  const name = as ?? reportedName(input, readers, world);
  const label = name === undefined ? file : `${name} (${file})`;
  return { kind: GIVEN_REPORT, input, as, file, label };
}

/**
 * A name after ` as ` must be an image's, since rules use it, and must follow a file.
 * @throws GateError `image-name-invalid`
 */
export function requireName({ kind, input, as }: Target, isFile: boolean): void {
  if (as === undefined || (isFile && parseReference(as) !== undefined)) return;
  const what = isFile
    ? `${JSON.stringify(as)} behind ${JSON.stringify(input)} is not an image reference`
    : `${JSON.stringify(input)} is not a file, and only a tar, a layout or a report can be given another name`;
  throw new GateError("image-name-invalid", what, `Write \`${kind}: app.tar as ghcr.io/acme/app:1.2\`, in lower case.`);
}

/** An absolute path without the path of the workspace or RUNNER_TEMP, which tells a reader nothing. */
function shortPath(input: string, { workspace, temp }: Folders): string {
  const folder = isAbsolute(input) ? [workspace, temp].find((each) => isWithin(each, input)) : undefined;
  return (folder && relative(folder, input)) || input;
}

/**
 * Finds out what a target is. A path in the workspace or RUNNER_TEMP must not lead out of them through links, since a
 * pull request can make links. A path outside of them is accepted, since the workflow's author named it. An SBOM must
 * be inside.
 * @throws GateError `reference-invalid`, `image-name-invalid`, `name-ambiguous`, `image-missing`, `image-unreadable`,
 * `path-missing`, `path-empty`, `file-…`
 */
export function locateTarget(target: Target, world: Folders): LocatedTarget {
  const { kind, input, platform, listed } = target;
  switch (kind) {
    case "image":
      // An index's entry is named by its digest: others may have its platform, too, and a tag may move meanwhile.
      return { ...locateImage(target, world), platform, ...(listed !== undefined && { digest: listed.digest }) };
    case "path":
      return locateFolder(input, world);
    case "repository":
      return locateRepository(input, world);
    case "sbom": {
      const location = realGivenPath({ what: "SBOM", path: input }, world);
      if (statusOf(location)?.isFile()) return { how: "sbom", location };
      throw refused("file-not-regular", kind, input, "is not a regular file");
    }
    default:
      throw new TypeError(`${kind} is not scanned`);
  }
}

function locateImage(target: Target, folders: Folders): LocatedTarget {
  const { input } = target;
  const existing = statusOf(resolve(folders.workspace, input));
  const isFile = isNamedAsFile(input) || isImageFile(resolve(folders.workspace, input), existing);
  requireName(target, isFile);
  if (!isFile) return { how: "reference", location: reference(input) };
  // A pull request can add a file with the image's name. Judging that file would let the image through.
  if (target.as === undefined && imageNaming(input) === "whole")
    throw new GateError(
      "name-ambiguous",
      `\`image: ${input}\` is an image's reference, and a file of that name is in the workspace`,
      `Remove the file, or write \`./${input}\` to scan it as the image.`,
    );
  return locateImageFile(input, existing, folders);
}

/**
 * A pull request can add a file with the image's name, which would then be scanned instead. This warning shows it if
 * the name alone is ambiguous.
 */
function warnOfTwoReadings({ input, as }: NamedFile, { workspace, log }: TargetWorld): void {
  const path = resolve(workspace, input);
  if (as !== undefined || imageNaming(input) !== "alone" || !isImageFile(path, statusOf(path))) return;
  log.warning(
    `\`image: ${input}\` exists in the workspace and is scanned as a file, not as the image of that name. Write \`./${input}\` to confirm this, or the image's full name, such as \`docker.io/library/${input}\`.`,
  );
}

/** A folder without a layout is not an image, so the name means an image reference. */
function isImageFile(path: string, status: Stats | undefined): boolean {
  return status?.isFile() === true || (status?.isDirectory() === true && isLayout(path));
}

function isLayout(folder: string): boolean {
  return statusOf(join(folder, "index.json"))?.isFile() === true;
}

function locateImageFile(input: string, status: Stats | undefined, folders: Folders): LocatedTarget {
  if (status?.isFile()) return { how: "archive", location: realTarget("image", input, folders) };
  if (status?.isDirectory()) {
    const location = realTarget("image", input, folders);
    if (isLayout(location)) return { how: "layout", location };
    throw refused("image-unreadable", "image", input, "is a folder, but not an OCI layout: it has no index.json");
  }
  const tagged = taggedLayout(input, folders);
  if (tagged !== undefined) return tagged;
  const what = "looks like a file's name (a `docker save` tar or an OCI layout folder), but there is no such file";
  throw refused("image-missing", "image", input, what);
}

/** A layout's tag or digest follows its folder: `./layout:1.0`, `./layout@sha256:…`. */
function taggedLayout(input: string, folders: Folders): LocatedTarget | undefined {
  const match = /^(.+?)(:[\w][\w.-]{0,127}|@sha256:[0-9a-f]{64})$/.exec(input);
  const [, folder, tag] = match ?? [];
  if (folder === undefined || tag === undefined || !isLayout(resolve(folders.workspace, folder))) return undefined;
  return { how: "layout", location: realTarget("image", folder, folders) + tag };
}

/** 255 for the name, 128 for the tag, 71 for the digest (distribution's reference grammar), and the registry's host. */
const MAX_REFERENCE = 1000;
const MOST_SHOWN = 200;

/** @throws GateError `reference-invalid` only for an impossible form; the scanner checks the rest */
function reference(input: string): string {
  if (input.length <= MAX_REFERENCE && isOneWord(input) && !input.includes("://")) return input;
  throw new GateError(
    "reference-invalid",
    `\`image\` ${JSON.stringify(clipped(input, MOST_SHOWN))} is not an image reference`,
    "Write it as `registry/name:tag` or `registry/name@sha256:…`, without `https://` and white space, one a line.",
  );
}

/** Otherwise it could be a program's option, or several words. */
function isOneWord(input: string): boolean {
  return !input.startsWith("-") && !/[\s\u0000-\u001f\u007f]/.test(input);
}

/** Remedies for an item of an input, by the error's code. */
const FAULTS = {
  "file-not-regular": "Name a file, not a folder, device or pipe.",
  "image-missing":
    "Check the path, which is relative to the workspace, and that the file exists by then. An image reference does not start with `./` or `/` and does not end in `.tar`, `.tar.gz` or `.tgz`.",
  "image-unreadable":
    "Name an OCI layout folder, a `docker save` tar, or an image reference; to scan a folder's files, use `path`.",
  "path-empty": "In a job, check the repository out first.",
  "path-missing":
    "Check the path, which is relative to the workspace; in a job, it must have been checked out before. A `repository` may also be a URL.",
  "target-of-another-kind":
    "Name the folder of a checkout, or a URL. A file is its own target kind: `image`, `path`, `sbom` or `scan-report`.",
} as const;

/** @param what the end of the sentence about it */
function refused(code: keyof typeof FAULTS, kind: Target["kind"], input: string, what: string): GateError {
  return new GateError(code, `\`${kind}\` ${JSON.stringify(input)} ${what}`, FAULTS[code]);
}

function locateFolder(input: string, folders: Folders): LocatedTarget {
  const status = statusOf(resolve(folders.workspace, input));
  if (status === undefined) throw refused("path-missing", "path", input, "does not exist");
  // A device would pass: it has nothing that a scanner reads.
  if (!status.isDirectory() && !status.isFile())
    throw refused("file-not-regular", "path", input, "is neither a folder nor a regular file");
  const location = realTarget("path", input, folders);
  if (status.isDirectory()) requireFiles("path", input, location);
  return { how: "folder", location };
}

/** A folder with nothing except `.git` counts as empty. */
function requireFiles(kind: Target["kind"], input: string, folder: string): void {
  if (readdirSync(folder).every((name) => name === ".git"))
    throw refused("path-empty", kind, input, "is an empty folder: there is nothing to scan");
}

function locateRepository(input: string, folders: Folders): LocatedTarget {
  const isUrl = /^[a-z][a-z0-9+.-]*:\/\//i.test(input);
  if (!isOneWord(input) || (isUrl && !(/^(?:https?|ssh|git):/i.test(input) && URL.canParse(input))))
    throw new GateError(
      "reference-invalid",
      `\`repository\` ${JSON.stringify(input)} is neither a URL of a supported scheme nor a folder`,
      "Write an `https://` or `ssh://` URL, such as `https://github.com/acme/app`, or the path of a checkout.",
    );
  if (isUrl) return { how: "repository", location: input };
  const status = statusOf(resolve(folders.workspace, input));
  // A host and a path without a scheme, which scanners accept.
  if (status === undefined && /^[\w-]+(?:\.[\w-]+)+(?::\d+)?\/./.test(input))
    return { how: "repository", location: `https://${input}` };
  if (status === undefined)
    throw refused("path-missing", "repository", input, "is neither a URL nor a folder that exists");
  // A file, such as an image's tar, would pass: a scanner finds no lock file in it.
  if (!status.isDirectory()) throw refused("target-of-another-kind", "repository", input, "is not a folder");
  const location = realTarget("repository", input, folders);
  requireFiles("repository", input, location);
  if (["HEAD", "objects", "refs"].every((name) => statusOf(join(location, name)) !== undefined))
    throw refused("target-of-another-kind", "repository", input, "is a bare repository, without any checked-out file");
  return { how: "repository", location };
}

/** The real path; {@link locateTarget} says which paths may be outside. */
function realTarget(what: string, input: string, folders: Folders): string {
  const named = resolve(folders.workspace, input);
  const isInside = [folders.workspace, folders.temp].some((folder) => isWithin(resolve(folder), named));
  return isInside ? realGivenPath({ what, path: input }, folders) : realpathSync(named);
}
