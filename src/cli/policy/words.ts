import { addDays, type Day, isDay } from "../../domain/dates.ts";
import { EMPTY_POLICY } from "../../domain/policy/policy.ts";
import { GateError } from "../../system/errors.ts";
import type { CommandOption } from "../command.ts";

export const UNTIL: CommandOption = { name: "until", kind: "text", value: "DATE", about: "The last day, YYYY-MM-DD." };
export const REASON: CommandOption = { name: "reason", kind: "text", value: "TEXT", about: "Why the finding may run." };

/** @throws GateError `option-invalid` */
export function reasonText(reason: string): string {
  if (/[\p{L}\p{N}]/u.test(reason)) return reason.trim();
  throw optionInvalid(
    "--reason has no words",
    "Say why the finding may run, in words that the next reader understands.",
  );
}

/**
 * The last day of an exception that begins today.
 * @throws GateError `option-invalid`
 */
export function lastDay(until: string, today: Day, maxDays = EMPTY_POLICY.exceptionRules.maxDays): Day {
  const last = addDays(today, maxDays);
  const example = `Write it as YYYY-MM-DD, up to ${last}.`;
  if (!isDay(until)) throw optionInvalid(`--until ${JSON.stringify(until)} is not a day`, example);
  if (until < today) throw optionInvalid(`--until ${until} has passed (today is ${today} in UTC)`, example);
  if (until > last)
    throw optionInvalid(`--until ${until} is later than an exception may last (${maxDays} days, so ${last})`, example);
  return until;
}

export function optionInvalid(what: string, remedy: string): GateError {
  return new GateError("option-invalid", what, remedy);
}
