import { z } from "zod";
import { isCertificateError } from "../../system/authorities.ts";
import { FinalError, HttpStatusError, RedirectError, TooLongError } from "../../system/http.ts";
import { type FaultCode, ImageFault } from "../fault.ts";

interface RegistryFaultOptions extends ErrorOptions {
  /** Another attempt may succeed. */
  readonly mayPass?: boolean | undefined;
}

/** The registry's answer, or its silence, is the reason why an image is not judged. */
export class RegistryFault extends ImageFault {
  /** A clause that can follow `its registry`. No text in it comes from a server. */
  readonly answer: string;
  readonly mayPass: boolean;

  constructor(code: FaultCode, answer: string, { cause, mayPass = false }: RegistryFaultOptions = {}) {
    const remedy = code === "image-damaged" ? PUSH_AGAIN : undefined;
    super(code, `its registry ${answer}`, { says: "was not fetched: %", ...(remedy && { remedy }), cause });
    this.answer = answer;
    this.mayPass = mayPass;
  }
}

const PUSH_AGAIN =
  "Push the image again, with a client that checks its digests (`docker push`, buildx, skopeo). If it happens with every image, check the proxies, mirrors and inspecting firewalls between this machine and the registry.";

export function otherBytes(): RegistryFault {
  return new RegistryFault("image-damaged", "sends bytes that do not match the digest");
}

/** The registry's part in a fault, as a clause. */
export function whyInRegistry(fault: ImageFault): string {
  return fault instanceof RegistryFault
    ? fault.message
    : `its registry holds no image there that could be read: ${fault.message}`;
}

/** The circumstances of a failed request. */
export interface Failed {
  /** The signal that may have ended the request. */
  readonly signal?: AbortSignal | undefined;
  /** No byte had come for a long time. */
  readonly wasSilent?: boolean | undefined;
  /** The answer's body had begun. */
  readonly hasBegun?: boolean | undefined;
  /** The digest of the layer or configuration that was asked for. Absent: a manifest, or a list. */
  readonly part?: string | undefined;
}

const BROKEN = /^(?:ECONNRESET|EPIPE|ECONNABORTED|HPE_|ERR_STREAM_PREMATURE_CLOSE)/;

/** Turns a failed request to a registry into a fault. A fault stays as it is. */
export function registryFault(cause: unknown, failed: Failed): ImageFault {
  if (cause instanceof ImageFault) return cause;
  const as = (code: FaultCode, answer: string, mayPass = false) => new RegistryFault(code, answer, { cause, mayPass });
  const isLate = cause instanceof DOMException && cause.name === "TimeoutError";
  if (failed.wasSilent === true || failed.signal?.aborted === true || isLate)
    return as("registry-too-slow", "did not answer in time", true);
  if (cause instanceof HttpStatusError) return faultOfStatus(cause, failed.part);
  if (cause instanceof RedirectError) return as("registry-redirected", REDIRECTED);
  if (cause instanceof TooLongError)
    return as("image-too-large", `sends a document of more than ${cause.most} bytes, which is the limit`);
  if (isUnexpectedAnswer(cause)) return as("registry-unreachable", "sent an unexpected answer");
  const { code = "" } = cause as NodeJS.ErrnoException;
  const detail = /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? ` (${code})` : "";
  if (isCertificateError(cause))
    return as("registry-certificate", `has a TLS certificate that is not trusted${detail}`);
  if (failed.hasBegun === true || BROKEN.test(code))
    return as("registry-broken-off", `broke off the connection, again and again${detail}`, true);
  return as("registry-unreachable", `could not be reached by Image Gate${detail}`, true);
}

/** True if a server has answered, but not as its protocol says. */
export function isUnexpectedAnswer(cause: unknown): boolean {
  return [FinalError, z.ZodError, SyntaxError].some((kind) => cause instanceof kind);
}

const REDIRECTED =
  "redirects, or asks for a login, where Image Gate does not follow: to a link-local address, from outside into a private network, from https to http, or too often";

function faultOfStatus(cause: HttpStatusError, part: string | undefined): RegistryFault {
  const { httpStatusCode: status, isElsewhere } = cause;
  const as = (code: FaultCode, answer: string, mayPass = false) => new RegistryFault(code, answer, { cause, mayPass });
  if ((status === 404 || status === 410) && part !== undefined)
    return as("layer-missing", `has the manifest, but not all of its parts: ${part} is missing (HTTP ${status})`);
  if (status === 404 || status === 410) return as("image-not-found", "does not have it");
  // A storage's address is signed by the registry for a short time, so the next one may work.
  if ((status === 401 || status === 403) && isElsewhere)
    return as("registry-unreachable", `answered with HTTP ${status}`, true);
  if (status === 401 || status === 403)
    return as("image-denied", `wants a login that Image Gate does not have (HTTP ${status})`);
  if (status === 429) return as("registry-rate-limit", "limits how often it may be asked (HTTP 429)", true);
  // A redirect to nowhere, or the last of too many.
  if (status >= 300 && status < 400) return as("registry-redirected", REDIRECTED);
  // There are no bytes after the ones that we have.
  if (status === 416) return as("image-damaged", "has a part that is smaller than the manifest says");
  return as("registry-unreachable", `answered with HTTP ${status}`, status >= 500 || status === 408);
}
