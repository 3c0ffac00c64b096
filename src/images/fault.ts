import { asGateError, GateError } from "../system/errors.ts";
import { type TarFault, TarProblem } from "../system/tar/problem.ts";

interface Words {
  /**
   * The end of a message that begins with the image's name; `%` is the fault's own clause. Absent: that the image was
   * not fetched, or not scanned.
   */
  readonly says?: string;
  /** Advice for the user. */
  readonly remedy: string;
  /** More advice, by the input that it needs. */
  readonly byInput?: Readonly<Record<string, string>>;
}

const AGAIN = "Push the image again, with a client that checks its digests (`docker push`, buildx, skopeo).";
const BETWEEN = "check the proxies, mirrors and inspecting firewalls between this machine and the registry";
const LOGIN = "Log in first (`docker login`)";

/** Advice for the user, and the endings of messages. */
const FAULTS = {
  "compression-unknown": {
    says: "cannot be judged: a layer has an unknown compression (%)",
    remedy:
      "Build it with layers that are packed by gzip or zstd, or not at all (`docker buildx build --output type=image,compression=gzip`).",
  },
  "daemon-export-failed":
    "See the engine's own log; `docker save IMAGE` (or `podman save`) shows whether it can export the image at all.",
  "daemon-unreachable": {
    remedy: "Start it first, or set DOCKER_HOST to its socket; put `ctr` or `nerdctl` on the PATH for containerd.",
    byInput: { "image-source": "`image-source: remote` asks the registry instead." },
  },
  "disk-full": "Free some space in the folder for temporary files: an image's layers are fetched and unpacked there.",
  "image-ambiguous": {
    remedy: "Put an image's tag behind the folder: `./layout:1.0`.",
    byInput: { platform: "Or name the platforms with `platform`, one a line." },
  },
  "image-changed": {
    says: "was changed while it was scanned",
    remedy: "Wait until the program that writes it has finished, and keep others from writing to it meanwhile.",
  },
  "image-damaged": {
    says: "was not scanned: it is cut off or damaged (%)",
    remedy:
      "Make it again. Check that the program that writes it (or its download) has finished, and that the disk is not full.",
  },
  "image-denied": `${LOGIN} with a token that may read it; many registries answer so for an image that does not exist, too. A cloud's registry needs its own login (\`aws ecr get-login-password\`, \`gcloud auth configure-docker\`, \`az acr login\`): cloud variables alone are not a login.`,
  "image-inconsistent": {
    says: "cannot be judged: it contradicts itself, or can be read in two ways (%)",
    remedy:
      "Make it again with `docker save`, buildx, Podman or skopeo, and change nothing in it afterwards. If the file comes unchanged from such a tool, judge the image by its reference and report this.",
  },
  "image-not-found":
    "Check name, tag and digest. If it was built here, push it first, or leave it on this machine: Buildx needs `--load` (`load: true`).",
  "image-too-large": {
    says: "cannot be judged: it exceeds a limit (%)",
    remedy:
      "Build it with fewer and smaller files, and with less deeply nested folders. The limits keep a hostile image from blocking a machine.",
  },
  "image-unreadable": "Check name and tag: signatures, SBOMs and charts are in registries as well.",
  "layer-missing": `${AGAIN} Registries lose parts by garbage collection while an image is pushed. Layers at other addresses (\`urls\`) are never fetched.`,
  "layer-too-large": `${AGAIN} If it happens with every image, ${BETWEEN}.`,
  "lazy-table-differs": {
    says: "cannot be judged: an engine that pulls it lazily may run other files than the ones that were read (%)",
    remedy:
      "Build it again without a table (buildx: `--output type=image,compression=gzip,force-compression=true`), or copy it (`skopeo copy --dest-compress-format gzip --dest-force-compress-format …`); judge and run that one. Do not run this one by stargz-snapshotter or Podman's partial pulls.",
  },
  "platform-mismatch": {
    remedy: "Build or pull the image for this platform.",
    byInput: { platform: "Or name one that it has with `platform`." },
  },
  "reference-invalid": "Write it as `registry/name:tag` or `registry/name@sha256:…`; names are in lower case.",
  "registry-broken-off": `Run again; if it happens again, ${BETWEEN}.`,
  "registry-certificate":
    "Name the file of your certificate authority in the environment variable SSL_CERT_FILE or NODE_EXTRA_CA_CERTS.",
  "registry-rate-limit": `${LOGIN}, which raises the limit, or run again later.`,
  "registry-redirected":
    "Name the registry by an address of the same network as its storage and its token service, and let all use TLS.",
  "registry-too-slow": `Run again; if it happens again, ${BETWEEN}.`,
  "registry-unreachable":
    "Open port 443 from this machine to the registry (HTTPS_PROXY and NO_PROXY are honoured), or run again.",
} as const satisfies Readonly<Record<string, string | Words>>;

/** Codes of faults in which the image's source did not deliver it. */
const NOT_FETCHED = /^(?:registry-|layer-|disk-full$|image-(?:denied|not-found)$)/;

/** See docs/errors.md. */
export type FaultCode = keyof typeof FAULTS;

export interface FaultOptions extends ErrorOptions {
  /** Instead of the usual one of the code. */
  readonly remedy?: string | undefined;
  /** In place of the code's usual end of a message; `%` is the clause. */
  readonly says?: string | undefined;
}

/**
 * The reason why an image is not judged: the only kind of failure in this room. It is thrown where it happens. The
 * message is a clause; texts in it from an image or an engine are quoted, escaped and shortened.
 */
export class ImageFault extends Error {
  readonly code: FaultCode;
  readonly #options: FaultOptions;

  constructor(code: FaultCode, why: string, options: FaultOptions = {}) {
    super(why, options);
    this.code = code;
    this.#options = options;
  }

  /** @param label the image as messages name it */
  asError(label: string): GateError {
    const usual = NOT_FETCHED.test(this.code) ? "was not fetched: %" : "was not scanned: %";
    const own: string | Words = FAULTS[this.code];
    const words = typeof own === "string" ? { remedy: own } : own;
    const { says = usual, remedy, byInput }: Words = { ...words, ...this.#options };
    const what = `${label} ${says.replace("%", () => this.message)}`;
    return new GateError(this.code, what, remedy, { cause: this, byInput });
  }
}

/** It is incomplete or broken. */
export function damaged(why: string): ImageFault {
  return new ImageFault("image-damaged", why);
}

/** It is complete, but it contradicts itself or is ambiguous. */
export function inconsistent(why: string): ImageFault {
  return new ImageFault("image-inconsistent", why);
}

/** A bound is exceeded. @param why names it */
export function tooLarge(why: string): ImageFault {
  return new ImageFault("image-too-large", why);
}

/** @param why how a layer's table of contents differs from its tar, or why the table cannot be compared */
export function otherFiles(why: string): ImageFault {
  return new ImageFault("lazy-table-differs", why);
}

/** Another process wrote to it while it was read. */
export function imageChanged(): ImageFault {
  return new ImageFault("image-changed", "it was changed meanwhile");
}

/** Another kind of artifact than an image. */
export function notAnImage(): ImageFault {
  return new ImageFault("image-unreadable", "it is another kind of artifact", {
    says: "is not a container image, but another kind of artifact",
  });
}

const TAR_CODES: Readonly<Record<TarFault, FaultCode>> = {
  damaged: "image-damaged",
  inconsistent: "image-inconsistent",
  oversized: "image-too-large",
};

/**
 * Turns an error of the tar reader into a fault of the image. Any other error stays as it is.
 * @param where `in a layer`; absent: in the file itself
 */
export function asImageFault(thrown: unknown, where?: string): unknown {
  if (!(thrown instanceof TarProblem)) return thrown;
  const { fault, message } = thrown;
  return new ImageFault(TAR_CODES[fault], where === undefined ? message : `${where}, ${message}`);
}

export function scanTimeout({ label }: { readonly label: string }, timeoutMs: number): GateError {
  return new GateError(
    "scan-timeout",
    `${label} was not scanned within ${Math.round(timeoutMs / 1000)} s`,
    "Raise `timeout`; scan for secrets separately, which takes longest. If an image is pulled, check that its registry answers this machine.",
    { byInput: { "skip-dirs": "Or leave large folders out with `skip-dirs`." } },
  );
}

/**
 * Turns a failure into the error with its own code that says why an image is not judged.
 * @param thrown by a reader of this room or by the system, or the reason of a signal
 * @param label the image as messages name it
 * @param timeoutMs the value of `timeout`, in milliseconds
 */
export function imageError(thrown: unknown, label: string, timeoutMs: number): GateError {
  if (thrown instanceof DOMException && thrown.name === "TimeoutError") return scanTimeout({ label }, timeoutMs);
  // The run was cancelled meanwhile.
  if (thrown instanceof ImageFault) {
    const { cause } = thrown;
    return cause instanceof GateError && cause.code === "run-cancelled" ? cause : thrown.asError(label);
  }
  const { code = "" } = thrown as NodeJS.ErrnoException;
  if (/^Z/.test(code)) return damaged(`its compression is damaged: ${code}`).asError(label);
  // EFBIG: the limit of the user's files.
  const isFull = ["ENOSPC", "EDQUOT", "EFBIG"].includes(code);
  return isFull ? diskFull(thrown).asError(label) : asGateError(thrown);
}

export function diskFull(cause?: unknown): ImageFault {
  return new ImageFault("disk-full", "the disk is full", { cause });
}
