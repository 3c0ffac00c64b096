import { registryFault } from "../../images/registry/fault.ts";
import { TooManyError } from "../../images/registry/tags.ts";
import { cancelled, GateError } from "../../system/errors.ts";
import type { Allowance } from "../declared/programs/run.ts";

/**
 * Why something could not be listed.
 * @param what the subject of the sentence: `The list of tags of ghcr.io/acme/app`
 * @param cause what was thrown, by us or by the HTTP client
 * @throws GateError if the run was cancelled
 */
export function failure(what: string, cause: unknown, { world, signal }: Allowance): GateError {
  if (world.signal.aborted) throw cancelled();
  if (cause instanceof GateError) return cause;
  // Nothing of a source is taken if not all of it was read: the newest could be in the rest.
  if (cause instanceof TooManyError)
    return new GateError(
      "discovery-too-large",
      `${cause.what} are more than ${cause.most.toLocaleString("en-US")}, which is the bound`,
      "Remove old ones, or name what runs by another source (`file:`, `kubernetes:`).",
    );
  return registryFault(cause, { signal }).asError(what);
}
