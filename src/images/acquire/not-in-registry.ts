import { GateError } from "../../system/errors.ts";
import type { Tried } from "../engine/not-there.ts";
import { notOnThisMachine } from "../engine/not-there.ts";
import { imageError } from "../fault.ts";

/** The image as messages name it. */
interface NamedImage {
  readonly label: string;
  /** As the user wrote it. */
  readonly input: string;
}

const LOAD_HINT =
  "If it was built here, it must be in the local Docker or Podman under exactly this name: Buildx needs `--load` (`load: true`).";

/** What went wrong in an image's registry, after the engines of this machine were asked in vain. */
export function notInRegistry(
  thrown: unknown,
  { label, input }: NamedImage,
  { tried, timeoutMs }: { readonly tried: readonly Tried[]; readonly timeoutMs: number },
): GateError {
  const error = imageError(thrown, label, timeoutMs);
  // Podman and buildx use this prefix for images that only exist on this machine.
  const isLocal = input.startsWith("localhost/") && error.code === "registry-unreachable";
  if (isLocal && tried.some(({ outcome }) => outcome.kind === "missing"))
    return notOnThisMachine(input, tried).asError(label);
  const asked = tried.flatMap(({ source, outcome }) =>
    "isHere" in outcome ? [` ${source} was not asked: ${outcome.why}.`] : [],
  );
  if (error.code === "image-not-found") {
    const where = tried.length > 0 ? ", neither on this machine nor in its registry" : " in its registry";
    const remedy = `Check name and tag. ${LOAD_HINT}${asked.join("")}`;
    return new GateError(error.code, `There is no image ${label}${where}`, remedy);
  }
  const isHinted = tried.length > 0 && HINTED.has(error.code) && !error.remedy.includes("load: true");
  if (!isHinted) return error;
  const remedy = `${error.remedy} ${LOAD_HINT}${asked.join("")}`;
  return new GateError(error.code, error.what, remedy, { cause: error.cause });
}

const HINTED: ReadonlySet<string> = new Set(["image-denied", "registry-unreachable", "registry-broken-off"]);
