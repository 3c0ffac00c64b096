import type { LocatedTarget, Target } from "../../../domain/target.ts";
import { GateError } from "../../../system/errors.ts";
import type { ProcessResult } from "../../../system/process.ts";
import { fatalMessage, type Reason, registryFailure, shortened } from "./process-output.ts";

interface Failure {
  readonly code: string;
  readonly match: RegExp;
  readonly what: string;
  readonly remedy: string;
}

/** Failures of a scan other than not finding an image, by the stable part of Trivy's message. The first match counts. */
const FAILURES: readonly Failure[] = [
  {
    code: "database-unusable",
    match: /DB schema doesn't match|old DB schema/,
    what: "Trivy cannot read the vulnerability database: its schema is another one",
    remedy: "Use the Trivy that Image Gate names by default, or one that fits the database of `db-repository`.",
  },
  {
    code: "database-unusable",
    match:
      /vulnerability DB initialization|failed to open db|cannot be specified on the first run|panic: assertion failed: Page/,
    what: "Trivy cannot open the vulnerability database",
    remedy:
      "Run again; where it stays, delete the folder image-gate in the runner's tool cache, and the one in ~/.cache.",
  },
  {
    code: "cache-locked",
    match: /cache may be in use by another process|Failed to acquire cache or database lock/,
    what: "another process holds Trivy's scan cache",
    remedy: "Run again; two runs must not share one RUNNER_TEMP.",
  },
  {
    code: "disk-full",
    match: /no space left on device/,
    what: "the disk is full",
    remedy: "Free some space: a scan unpacks the image's layers below RUNNER_TEMP.",
  },
  {
    code: "out-of-memory",
    match: /runtime: out of memory|cannot allocate memory|failed to reserve page summary memory/,
    what: "Trivy ran out of memory",
    remedy: "Use a runner with more memory, or leave large folders out by `skip-dirs`.",
  },
  {
    code: "reference-invalid",
    match: /could not parse reference/,
    what: "it is not an image reference",
    remedy: "Write it as `registry/name:tag` or `registry/name@sha256:…`; names are in lower case.",
  },
  {
    code: "image-ambiguous",
    match: /tarball must contain only a single image/,
    what: "it holds several images, and a tar of images has no way to say which is meant",
    remedy:
      "Save each image to a tar of its own (`docker save --output=app.tar IMAGE`, one name each), and name them one a line.",
  },
  {
    code: "image-unreadable",
    match: /unable to initialize archive image|unable to open .* as a Docker image/,
    what: "it is neither a `docker save` tar nor an OCI layout folder",
    remedy:
      "Make the tar with `docker save` or with buildx's `type=docker,dest=…`, or name an unpacked OCI layout folder; a tarred OCI layout is not read.",
  },
  {
    code: "os-repositories-unknown",
    match: /unable to find CPE indices/,
    what: "the database does not know the repositories that its Red Hat packages came from",
    remedy:
      "Leave `/root/buildinfo` and `/usr/share/buildinfo` as the base image has them, or build on a newer base image: Trivy cannot match some of before June 2020, and some of a release that is new.",
  },
  {
    code: "sbom-unreadable",
    match: /SBOM decode error|failed to detect SBOM|unknown scanning is not yet supported|sbom.{0,200}decode/i,
    what: "it is not an SBOM that Trivy reads",
    remedy: "Give CycloneDX JSON, or SPDX JSON or tag-value (SPDX loses the paths of packages).",
  },
  {
    code: "repository-unavailable",
    match: /repository clone error|git clone error|no such path: stat/,
    what: "the repository cannot be cloned",
    remedy:
      "Only public repositories can be given by URL; check a private one out by actions/checkout and give its folder as `path`.",
  },
  {
    code: "target-missing",
    match: /no such file or directory/,
    what: "it is not there any more, or a part of it",
    remedy: "Nothing may change the target while it is scanned.",
  },
  {
    code: "target-unreadable",
    match: /permission denied/,
    what: "a part of it may not be read",
    remedy: "Give the runner's user the right to read it, or leave it out by `skip-dirs` or `skip-files`.",
  },
  {
    code: "trivy-flags-unknown",
    match: /unknown flag|unable to parse flag|unknown command/,
    what: "this Trivy does not know a flag that Image Gate passes",
    remedy: "Use the version that Image Gate takes by default: leave `trivy-version` and `trivy-binary` out.",
  },
];

/**
 * Why a scan failed, as an error with its own code.
 * @param result the process's result: its code is not 0, or it was ended at the deadline
 */
export function scanFailure(
  result: Pick<ProcessResult, "code" | "signal" | "stderr" | "timedOut">,
  target: Target,
  located: LocatedTarget,
  timeoutMs: number,
): GateError {
  const message = fatalMessage(result.stderr);
  if (result.timedOut || /context deadline exceeded/.test(message)) return scanTimeout(target, timeoutMs);
  if (/unable to find the specified image/.test(message)) return imageFailure(message, target);
  const known = FAILURES.find(({ match }) => match.test(message) || match.test(result.stderr.slice(-4096)));
  if (known !== undefined)
    return new GateError(
      known.code,
      `${target.label} was not scanned: ${known.what} (${shortened(message)})`,
      known.remedy,
    );
  if (result.signal !== null || (result.code ?? 0) > 128) return killed(result, target);
  if (located.how === "archive" || located.how === "layout") {
    if (registryFailure(message).reason === "cut-off") return imageDamaged(target, shortened(message));
  }
  if (located.how === "reference") {
    const { reason, cause } = registryFailure(message);
    if (reason !== "other") return registryError(reason, cause, target, message);
  }
  return new GateError(
    "trivy-failed",
    `${target.label} was not scanned: Trivy ended with ${result.code} (${shortened(message)})`,
    "Trivy's own lines are in the log, in the group of this target.",
  );
}

/** A tar or layout that is not complete. */
export function imageDamaged({ label }: Target, why: string): GateError {
  return new GateError(
    "image-damaged",
    `${label} was not scanned: it is cut off or damaged (${why})`,
    "Make it again, and see that the step that writes it (or the download that brings it) came to its end and that the disk is not full.",
  );
}

/** A complete tar or layout that is not the image that it claims to be. */
export function imageInconsistent({ label }: Target, why: string): GateError {
  return new GateError(
    "image-inconsistent",
    `${label} cannot be judged: it is not what it says, or can be read in two ways (${why})`,
    "Make it anew by `docker save`, buildx, Podman or skopeo, and change nothing in it afterwards. Where a tool of that kind wrote it as it is, judge the image by its reference and report this.",
  );
}

export function imageChanged({ label }: Target): GateError {
  return new GateError(
    "image-changed",
    `${label} was changed while it was scanned`,
    "Let the step that writes it come to its end before this one, and let nothing write to it meanwhile.",
  );
}

/** @param images a name for each */
export function imageAmbiguous({ label }: Target, images: readonly string[]): GateError {
  const shown = images.slice(0, 10).join(", ") + (images.length > 10 ? ", …" : "");
  return new GateError(
    "image-ambiguous",
    `${label} was not scanned: it holds ${images.length} images, and nothing says which is meant (${shown})`,
    "Name the platforms by `platform`, one a line, or put an image's tag behind the folder: `./layout:1.0`.",
  );
}

/** The repository would have to be cloned from its host. */
export function repositoryOffline({ label }: Target): GateError {
  return new GateError(
    "repository-offline",
    `${label} was not scanned: it is no folder that exists, and \`offline\` forbids cloning it from its host`,
    "Check it out in a step before (actions/checkout) and give its folder.",
  );
}

export function sbomScanners({ label }: Target, scanners: readonly string[]): GateError {
  return new GateError(
    "sbom-scanners",
    `${label} was not scanned: an SBOM can be scanned for \`vuln\` and \`license\` only, and \`scanners\` is \`${scanners.join(",")}\``,
    "Add `vuln` or `license` to `scanners`, or scan the SBOM in a step of its own.",
  );
}

export function scanTimeout({ label }: Target, timeoutMs: number): GateError {
  return new GateError(
    "scan-timeout",
    `${label} was not scanned within ${Math.round(timeoutMs / 1000)} s`,
    "Raise `timeout`; leave large folders out by `skip-dirs`; scan for secrets apart, which takes longest. Where an image is pulled, check that its registry answers this runner.",
  );
}

function killed({ code, signal }: Pick<ProcessResult, "code" | "signal">, { label }: Target): GateError {
  const isKill = signal === "SIGKILL" || code === 137;
  return new GateError(
    isKill ? "out-of-memory" : "trivy-killed",
    `${label} was not scanned: Trivy was ended by ${signal ?? `signal ${(code ?? 128) - 128}`}`,
    isKill
      ? "Most often the machine ran out of memory: use a runner with more, or leave large folders out by `skip-dirs`."
      : "Something on the runner ended it: run again.",
  );
}

/** Trivy's message has one bullet for each source that it tried. The registry is last, and says the most. */
function imageFailure(message: string, target: Target): GateError {
  const bullets = new Map(
    [...message.matchAll(/\* (\w+) error: ([^\n]*)/g)].map(([, source, text]) => [source, text ?? ""]),
  );
  const remote = bullets.get("remote");
  if (remote === undefined) return localImageFailure(bullets, target, message);
  if (/no child with platform/.test(remote)) return platformMissing(target);
  const { reason, cause } = registryFailure(remote);
  // Podman and buildx use this prefix for images that only exist on this machine.
  const isLocal = target.input.startsWith("localhost/") && reason === "no-connection";
  return registryError(isLocal ? "not-found" : reason, cause, target, remote);
}

function platformMissing({ label, platform }: Target): GateError {
  return new GateError(
    "platform-mismatch",
    `${label} is not there: the image's index has nothing for ${platform ?? "this runner's platform"}`,
    "Build the image for this platform, or name one that it has by `platform`.",
  );
}

function localImageFailure(
  bullets: ReadonlyMap<string | undefined, string>,
  { input, label }: Target,
  message: string,
): GateError {
  const texts = [...bullets.values()].join(" ");
  if (/No such image|failed to find image|image not known|: not found/i.test(texts))
    return new GateError(
      "image-not-found",
      `There is no image ${label} on this machine`,
      `Build it in this job: docker/build-push-action leaves it there only with \`load: true\`. \`docker images\` must list ${input} exactly.`,
    );
  return new GateError(
    "daemon-unreachable",
    `${label} was not scanned: ${[...bullets.keys()].join(", ")} cannot be reached on this machine (${shortened(message)})`,
    "Start it before this step, or set DOCKER_HOST to its socket; `image-source: remote` asks the registry instead.",
  );
}

const LOAD_HINT =
  "If it was built in this job, it must be in the local Docker or Podman under exactly this name: docker/build-push-action needs `load: true`.";

function registryError(reason: Reason, cause: string, target: Target, message: string): GateError {
  const { label } = target;
  switch (reason) {
    case "not-found":
    case "blob-gone":
      return new GateError(
        "image-not-found",
        `There is no image ${label}, neither on this machine nor in its registry`,
        `Check name and tag. ${LOAD_HINT}`,
      );
    case "login":
      return new GateError(
        "image-denied",
        `The registry refuses ${label}: ${cause}`,
        `Log in before this step (docker/login-action) with a token that may read it; many registries answer so for an image that does not exist, too. ${LOAD_HINT}`,
      );
    case "rate-limit":
      return new GateError(
        "registry-rate-limit",
        `${label} was not scanned: its registry limits how often it may be asked (HTTP 429)`,
        "Log in before this step (docker/login-action), which raises the limit, or run again later.",
      );
    case "wrong-artifact":
      return new GateError(
        "image-unreadable",
        `${label} is not a container image, but another kind of artifact`,
        "Check name and tag: signatures, SBOMs and charts lie in registries as well.",
      );
    case "certificate":
      return new GateError(
        "registry-certificate",
        `${label} was not scanned: its registry's TLS certificate is not trusted`,
        "Name the file of your own certificate authority by the environment variable SSL_CERT_FILE.",
      );
    case "other":
      return new GateError(
        "image-unavailable",
        `${label} could not be read (${shortened(message)})`,
        `Check name and tag and that its registry answers this runner. ${LOAD_HINT}`,
      );
    default:
      return new GateError(
        "registry-unreachable",
        `${label} was not scanned: from its registry, ${cause} (${shortened(message)})`,
        `Open port 443 from this runner to the registry (HTTPS_PROXY and NO_PROXY are honoured), or run again. ${LOAD_HINT}`,
      );
  }
}
