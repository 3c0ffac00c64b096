import { ImageFault } from "../fault.ts";

/** Where an image of this machine is looked for. */
export type LocalSource = "docker" | "containerd" | "podman";

/** The source does not have the image, or cannot be asked. */
export type NotThere =
  | { readonly kind: "missing" }
  /**
   * @property why a clause for people; it may quote what a program said
   * @property isHere it runs, so that it may have the image
   */
  | { readonly kind: "unreachable"; readonly why: string; readonly isHere?: true };

/** A source that was asked in vain. */
export interface Tried {
  readonly source: LocalSource;
  readonly outcome: NotThere;
}

/**
 * Why there is no image of this machine to scan, if no other source was to be asked.
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
