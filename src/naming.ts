import type { Target } from "./domain/target.ts";
import type { JudgedTarget, TargetVerdict } from "./domain/verdict.ts";

/** More names than these say nothing to a reader; what tells two gates apart is then better given as `name`. */
const SHOWN = 5;

/**
 * The gate's name where the user gave none: the targets without tag and digest, with the platform where one was asked
 * for, so that every push finds the same comment and the legs of a matrix do not share one.
 */
export function defaultName(targets: readonly TargetVerdict[]): string {
  const names = [...new Set(targets.map(nameOf))];
  const shown = names.slice(0, SHOWN).join(", ");
  return names.length > SHOWN ? `${shown} and ${names.length - SHOWN} more` : shown;
}

function nameOf(verdict: TargetVerdict): string {
  const { target } = verdict;
  const base = verdict.answer === "error" ? target.input : (repoTag(verdict) ?? target.input);
  const name = target.kind === "image" ? withoutTag(base) : base;
  return target.platform === undefined ? name : `${name} (${target.platform})`;
}

/** A tar's or layout's file name says nothing; the tag that was saved in it does. */
function repoTag({ target, scan }: JudgedTarget): string | undefined {
  return isReference(target) ? undefined : scan.artifact.names.find((name) => name !== target.input);
}

function isReference({ kind, input }: Target): boolean {
  return kind === "image" && !/^\.{0,2}\/|\.tar$|\.tar\.gz$|\.tgz$/.test(input);
}

/** A reference without tag and digest: a colon before the last slash is a port's. */
export function withoutTag(reference: string): string {
  const plain = reference.replace(/@sha256:[0-9a-f]{64}$/, "");
  const colon = plain.lastIndexOf(":");
  return colon > plain.lastIndexOf("/") ? plain.slice(0, colon) : plain;
}
