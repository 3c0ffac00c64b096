import { GateError } from "../../system/errors.ts";

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

const CODES = [
  "daemon-export-failed",
  "disk-full",
  "image-changed",
  "image-inconsistent",
  "platform-mismatch",
  "reference-invalid",
  "scan-timeout",
] as const;

/**
 * - `daemon-export-failed`: the engine has the image, but did not give all of it.
 * - `image-changed`: the image was removed meanwhile.
 * - `image-inconsistent`: what came is another image, or nothing shows which one it is.
 */
export type EngineProblemCode = (typeof CODES)[number];

/**
 * Why an image that an engine has could not be exported. The message is a clause; what it quotes is cut and on one
 * line.
 */
export class EngineProblem extends Error {
  readonly code: EngineProblemCode;

  constructor(code: EngineProblemCode, what: string, options?: { cause?: unknown }) {
    super(what, options);
    this.code = code;
  }
}

const REMEDIES: Readonly<Record<EngineProblemCode, string>> = {
  "daemon-export-failed":
    "See the engine's own log; `docker save IMAGE` (or `podman save`) in a step before shows whether it can give the image at all.",
  "disk-full":
    "Free some space: an image of this machine is copied below RUNNER_TEMP, where its layers are unpacked, too.",
  "image-changed": "Let what builds it come to its end first, and let nothing remove it meanwhile.",
  "image-inconsistent":
    "Run again. Where it stays, save the image by `docker save` or `podman save` and give the tar's path as `image`.",
  "platform-mismatch": "Build or pull the image for this platform, or take it out of `platform`.",
  "reference-invalid": "Write it as `registry/name:tag` or `registry/name@sha256:…`; names are in lower case.",
  "scan-timeout": "Raise `timeout`, or save the image to a tar in a step before and give its path.",
};

/** The image as messages name it. */
export interface NamedImage {
  readonly label: string;
  /** As the user wrote it. */
  readonly input: string;
}

/**
 * Why there is no image of this machine to scan, as an error with its own code.
 * @param problem what an export threw, or the sources that were asked in vain: no other source was to be asked
 */
export function engineFailure({ label, input }: NamedImage, problem: EngineProblem | readonly Tried[]): GateError {
  if (problem instanceof EngineProblem)
    return new GateError(problem.code, `${label} was not scanned: ${problem.message}`, REMEDIES[problem.code], {
      cause: problem,
    });
  if (problem.some(({ outcome }) => outcome.kind === "missing"))
    return new GateError(
      "image-not-found",
      `There is no image ${label} on this machine`,
      `Build it here: docker/build-push-action leaves it there only with \`load: true\`. \`docker images\` must list ${input} exactly.`,
    );
  const reasons = problem.flatMap(({ outcome }) => (outcome.kind === "unreachable" ? [outcome.why] : []));
  return new GateError(
    "daemon-unreachable",
    `${label} was not scanned: ${problem.map(({ source }) => source).join(", ")} cannot be reached on this machine (${reasons.join("; ")})`,
    "Start it first, or set DOCKER_HOST to its socket; put `ctr` or `nerdctl` on the PATH for containerd; `image-source: remote` asks the registry instead.",
  );
}
