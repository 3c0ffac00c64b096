import { GateError } from "../../system/errors.ts";
import type { LocalSource, NotThere } from "../engine/export.ts";
import { ImageFault, imageError } from "../fault.ts";

/** A source that was asked, and does not have the image. */
export interface Tried {
  readonly source: LocalSource;
  readonly outcome: NotThere;
}

/**
 * The reason why this machine has no image to scan, if no other source was to be asked.
 * @param input the image as the user wrote it
 */
export function notOnThisMachine(input: string, tried: readonly Tried[]): ImageFault {
  if (tried.some(({ outcome }) => outcome.kind === "missing"))
    return new ImageFault("image-not-found", "not on this machine", {
      says: "is %",
      remedy: `Build it here: Buildx leaves it there only with \`--load\` (\`load: true\`). \`docker images\` must list ${input} exactly.`,
    });
  const reasons = tried.flatMap(({ outcome }) => (outcome.kind === "unreachable" ? [outcome.why] : []));
  return new ImageFault(
    "daemon-unreachable",
    `${tried.map(({ source }) => source).join(", ")} cannot be reached on this machine (${reasons.join("; ")})`,
  );
}

const LOAD_HINT =
  "If it was built here, it must be in the local Docker or Podman under exactly this name: Buildx needs `--load` (`load: true`).";

/**
 * Explains a failure of an image's registry, after the engines of this machine did not have the image.
 * @param image `label`: as messages name it; `input`: as the user wrote it
 */
export function notInRegistry(
  thrown: unknown,
  { label, input }: { readonly label: string; readonly input: string },
  { tried, timeoutMs }: { readonly tried: readonly Tried[]; readonly timeoutMs: number },
): GateError {
  const error = imageError(thrown, label, timeoutMs);
  // Podman and buildx use this prefix for images that only exist on this machine.
  const isLocal = input.startsWith("localhost/") && error.code === "registry-unreachable";
  if (isLocal && tried.some(({ outcome }) => outcome.kind === "missing"))
    return notOnThisMachine(input, tried).asError(label);
  const isMissing = error.code === "image-not-found";
  if (!isMissing && (tried.length === 0 || !HINTED.has(error.code))) return error;
  const where = tried.length > 0 ? ", neither on this machine nor in its registry" : " in its registry";
  const what = isMissing ? `There is no image ${label}${where}` : error.what;
  const asked = tried.flatMap(({ source, outcome }) =>
    "isHere" in outcome ? [` ${source} was not asked: ${outcome.why}.`] : [],
  );
  const remedy = `${isMissing ? "Check name and tag." : error.remedy} ${LOAD_HINT}${asked.join("")}`;
  return new GateError(error.code, what, remedy, { cause: error.cause });
}

const HINTED: ReadonlySet<string> = new Set(["image-denied", "registry-unreachable", "registry-broken-off"]);
