import { number } from "../../domain/list-some.ts";
import { registryFault } from "../../images/registry/fault.ts";
import { TooManyError } from "../../images/registry/tags.ts";
import { cancelled, GateError } from "../../system/errors.ts";
import type { Allowance } from "../declared/programs/run.ts";
import { fault } from "../fault.ts";

/** Remedies for a list, in place of those for an image. */
const REMEDIES: Readonly<Record<string, string>> = {
  "image-not-found": "Correct the line of `discover`. Some registries give the same answer if the login has no access.",
  "image-denied": "Log in first (`docker login`) with an account that may list and pull there.",
  "registry-unreachable":
    "Check that the line of `discover` names a registry, or for `harbor:` a Harbor from 2.5, and the way to it: proxy, firewall, a login page in front of it.",
};

/**
 * Explains why something could not be listed.
 * @param what the subject of the sentence: `The list of tags of ghcr.io/acme/app`
 * @param cause what was thrown, by us or by the HTTP client
 * @throws GateError if the run was cancelled
 */
export function failure(what: string, cause: unknown, { world, signal }: Allowance): GateError {
  if (world.signal.aborted) throw cancelled();
  if (cause instanceof GateError) return cause;
  // A source counts only if all of it was read: the newest image could be in the rest.
  if (cause instanceof TooManyError)
    return fault("discovery-too-large", `${cause.what} are more than ${number(cause.most)}, which is the limit`);
  const { code, what: said, remedy } = registryFault(cause, { signal }).asError(what);
  return new GateError(code, said, REMEDIES[code] ?? remedy, { cause });
}
