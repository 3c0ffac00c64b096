import { isNamedAsFile } from "./domain/image-reference.ts";
import type { ScanResult, Target } from "./domain/target.ts";

/** More names than these say nothing to a reader; what tells two gates apart is then better given as `name`. */
const SHOWN = 5;

/** A target, judged or not, with what the scan told of it where there was one. */
interface Named {
  readonly target: Target;
  readonly scan?: ScanResult;
  /** The tag that a tar was saved under, where no scan has told it. */
  readonly savedAs?: string | undefined;
}

/** Tells the tag that a tar was saved under. */
export type SavedTag = (target: Target) => Promise<string | undefined>;

/** The tags of tars that could not be scanned: these go by them all the same, and others of their image as ever. */
export async function savedTags(targets: readonly Named[], savedTag: SavedTag): Promise<Map<Target, string>> {
  const files = targets.filter(({ target, scan }) => scan === undefined && !isReference(target));
  const tags = await Promise.all(files.map(async ({ target }) => [target, await savedTag(target)] as const));
  return new Map(tags.flatMap(([target, tag]) => (tag === undefined ? [] : [[target, tag]])));
}

export function withSavedTags<T extends Named>(targets: readonly T[], tags: ReadonlyMap<Target, string> = new Map()) {
  return targets.map((each) => ({ ...each, savedAs: tags.get(each.target) }));
}

/**
 * The gate's name where the user gave none: the targets without tag and digest, with the platform where one was asked
 * for, so that every push finds the same comment and the legs of a matrix do not share one.
 */
export function defaultName(targets: readonly Named[]): string {
  const names = [...new Set(targets.map(nameOf))];
  const shown = names.slice(0, SHOWN).join(", ");
  return names.length > SHOWN ? `${shown} and ${names.length - SHOWN} more` : shown;
}

function nameOf(named: Named): string {
  const { target } = named;
  const base = (isReference(target) ? undefined : tagInside(named)) ?? target.input;
  // Not what a report says of itself: whoever made it would choose which comment it replaces.
  const name = target.kind === "image" ? withoutTag(base) : (target.file ?? target.label);
  // One more platform is no other gate.
  if (target.everyPlatform) return `${name} (all platforms)`;
  return target.platform === undefined ? name : `${name} (${target.platform})`;
}

/** A tar's or layout's file name says nothing; the tag that was saved in it does. */
function tagInside({ target, scan, savedAs }: Named): string | undefined {
  return scan?.artifact.names.find((name) => name !== target.input) ?? savedAs;
}

function isReference({ kind, input }: Target): boolean {
  return kind !== "image" || !isNamedAsFile(input);
}

/**
 * What a target goes by from build to build: the image without tag and digest, of a tar, layout or given report the
 * one that is named in it; of what is no image its kind and label. The platform stands behind it where one was asked for.
 */
export function lastingName(judged: Named): string {
  const { kind, label, platform } = judged.target;
  const image = imageOf(judged);
  if (image === undefined) return `${kind}/${label}`;
  return platform === undefined ? withoutTag(image) : `${withoutTag(image)} (${platform})`;
}

/** The reference of the image that a target is, as typed, else as the tar, layout or report itself has it, where it was read. */
export function imageOf(named: Named): string | undefined {
  const { target } = named;
  if (target.kind === "trivy-report" || !isReference(target)) return tagInside(named);
  return target.kind === "image" ? target.input : undefined;
}

/** A reference without tag and digest: a colon before the last slash is a port's. */
export function withoutTag(reference: string): string {
  const plain = reference.replace(/@sha256:[0-9a-f]{64}$/, "");
  const colon = plain.lastIndexOf(":");
  return colon > plain.lastIndexOf("/") ? plain.slice(0, colon) : plain;
}
