import { quoted } from "../../../domain/one-line.ts";
import { GateError } from "../../../system/errors.ts";

/** @param why without a full stop, from the environment alone */
export function absent(why: string): GateError {
  return new GateError(
    "cache-absent",
    `This runner has no cache service: ${why}`,
    "Nothing but the tool cache keeps the scanner and its databases between runs. Set `cache: false` to silence this.",
  );
}

export function unavailable(reason: string): GateError {
  return new GateError(
    "cache-unavailable",
    `GitHub's cache service could not be used, and this run goes on without it: ${quoted(reason)}`,
    "Open port 443 to results-receiver.actions.githubusercontent.com and *.blob.core.windows.net for the runner (docs/network.md of Image Gate), or set `cache: false`.",
  );
}

export function notSaved(key: string, reason: string): GateError {
  return new GateError(
    "cache-not-saved",
    `${key} was not kept in the repository's cache: ${quoted(reason)}`,
    "The next run downloads it again. If it happens each time, open port 443 to *.blob.core.windows.net for the runner (docs/network.md of Image Gate), or set `cache: false`.",
  );
}
