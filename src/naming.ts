import { isNamedAsFile } from "./domain/image-reference.ts";
import type { ScanResult, Target } from "./domain/target.ts";

/** More names than these say nothing to a reader; what tells two gates apart is then better given as `name`. */
const SHOWN = 5;

/** A target, judged or not, with what the scan told of it where there was one. */
interface Named {
  readonly target: Target;
  readonly scan?: ScanResult;
}

/** Tells the tag that a tar was saved under, where no scan has told it. */
export type SavedTag = (target: Target) => Promise<string | undefined>;

/**
 * The gate's name where the user gave none: the targets without tag and digest, with the platform where one was asked
 * for, so that every push finds the same comment and the legs of a matrix do not share one.
 */
export async function defaultName(targets: readonly Named[], savedTag: SavedTag): Promise<string> {
  const names = [...new Set(await Promise.all(targets.map((target) => nameOf(target, savedTag))))];
  const shown = names.slice(0, SHOWN).join(", ");
  return names.length > SHOWN ? `${shown} and ${names.length - SHOWN} more` : shown;
}

async function nameOf(named: Named, savedTag: SavedTag): Promise<string> {
  const { target } = named;
  const base = (await tagInside(named, savedTag)) ?? target.input;
  // Not what a report says of itself: whoever made it would choose which comment it replaces.
  const name = target.kind === "image" ? withoutTag(base) : (target.file ?? target.label);
  return target.platform === undefined ? name : `${name} (${target.platform})`;
}

/** A tar's or layout's file name says nothing; the tag that was saved in it does. */
async function tagInside({ target, scan }: Named, savedTag: SavedTag): Promise<string | undefined> {
  if (isReference(target)) return undefined;
  return scan === undefined ? savedTag(target) : scan.artifact.names.find((name) => name !== target.input);
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
export function imageOf({ target, scan }: Named): string | undefined {
  if (target.kind === "trivy-report" || !isReference(target))
    return scan?.artifact.names.find((name) => name !== target.input);
  return target.kind === "image" ? target.input : undefined;
}

/** A reference without tag and digest: a colon before the last slash is a port's. */
export function withoutTag(reference: string): string {
  const plain = reference.replace(/@sha256:[0-9a-f]{64}$/, "");
  const colon = plain.lastIndexOf(":");
  return colon > plain.lastIndexOf("/") ? plain.slice(0, colon) : plain;
}
