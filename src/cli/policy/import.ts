import { dayOf } from "../../domain/dates.ts";
import { counted } from "../../domain/list-some.ts";
import { policyFromIgnoreFile } from "../../policy/ignore-files/imported-policy.ts";
import { MAX_POLICY_BYTES } from "../../policy/read.ts";
import type { World } from "../../system/world.ts";
import { type Answer, linesOf, readTypedText } from "../reading.ts";
import { lastDay, reasonText } from "./words.ts";

export interface ImportArguments {
  readonly file: string;
  readonly reason?: string | undefined;
  readonly until?: string | undefined;
}

/**
 * `policy import FILE`: the policy on standard output; on standard error, what was left out.
 * @throws GateError `ignore-file-…`, `option-invalid`, `file-…`
 */
export function importPolicy(
  { file, reason, until }: ImportArguments,
  world: Pick<World, "workspace" | "now">,
): Answer {
  const today = dayOf(world.now());
  const options = {
    today,
    reason: reason === undefined ? undefined : reasonText(reason),
    until: until === undefined ? undefined : lastDay(until, today),
  };
  const text = readTypedText({ what: "ignore file", path: file, maxBytes: MAX_POLICY_BYTES }, world);
  const { policy, exceptions, leftOut } = policyFromIgnoreFile({ text, file }, options);
  const count = counted(exceptions, "exception");
  const head = leftOut.length === 0 ? [`${count}; nothing is left out.`] : [`${count}; left out, or to be filled in:`];
  return { out: policy, err: linesOf([...head, ...leftOut.map((line) => `  ${line}`)]), code: 0 };
}
