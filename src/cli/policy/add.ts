import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { dayOf } from "../../domain/dates.ts";
import { idsIn } from "../../domain/foreign/advisory-ids.ts";
import { withException } from "../../policy/add-exception.ts";
import { GateError, tryOr } from "../../system/errors.ts";
import type { Args, Command } from "../command.ts";
import { type Answer, answered, type ReadingRequest, reading } from "../reading.ts";
import { writeWhole } from "../terminal.ts";
import { NEW_POLICY, POLICY_OPTION, typedPolicy } from "../typed-policy.ts";
import { lastDay, optionInvalid, REASON, reasonText, UNTIL } from "./words.ts";

export const command: Command = {
  words: "<ID>",
  options: [
    UNTIL,
    REASON,
    { name: "package", kind: "text", value: "NAME", about: "Only for this package: its name or package URL." },
    { name: "path", kind: "list", value: "GLOB", about: "Only at these paths in the image." },
    { name: "image", kind: "list", value: "GLOB", about: "Only for these images." },
    { name: "owner", kind: "text", value: "NAME", about: "The owner of the decision." },
    { name: "only-while-unfixed", kind: "switch", about: "Ends early, on the day a fix exists." },
    POLICY_OPTION,
  ],
  formats: ["table", "json"],
  examples: [
    {
      line: 'image-gate policy add CVE-2021-44228 --until 2026-12-31 --reason "No input reaches it." --package log4j-core',
      about: "Comments, order and indentation of the file stay.",
    },
  ],
  run: reading(addToPolicy),
};

/**
 * `policy add ID --until DATE --reason TEXT`: writes an exception into the policy file, which is made if the default
 * one does not exist.
 * @throws GateError `option-invalid`, `exception-exists`, `policy-…`, `file-…`, `answer-not-written`
 */
export function addToPolicy({ words, options }: Args, { world, format }: ReadingRequest): Answer {
  const [until, reason, owner, about, named] = ["until", "reason", "owner", "package", "policy"].map((name) =>
    options.get(name),
  );
  const [paths, images] = ["path", "image"].map((name) => options.get(name)?.split("\n"));
  const onlyWhileUnfixed = options.get("only-while-unfixed") === "true";
  if (until === undefined || reason === undefined)
    throw optionInvalid(
      "An exception needs --until and --reason",
      "Say until when it holds, and why the finding may run.",
    );
  const today = dayOf(world.now());
  const id = advisoryId(words[0] ?? "");
  const { file, text, policy } = typedPolicy(named, world) ?? NEW_POLICY;
  const { exceptionRules } = policy;
  const expires = lastDay(until, today, exceptionRules.maxDays);
  if (exceptionRules.requireOwner && owner === undefined)
    throw optionInvalid("The policy wants an owner of each exception", "Give --owner.");
  const added = { id, package: about, paths, images, reason: reasonText(reason), owner, created: today, expires };
  const made = withException({ text, file, today }, { ...added, onlyWhileUnfixed });
  const path = resolve(world.workspace, file);
  tryOr(() => mkdirSync(dirname(path), { recursive: true }), undefined);
  writeWhole(path, made.text, `The policy file ${JSON.stringify(file)}`);
  const said = `${file}:${made.line}: ${id} is accepted until ${expires}.`;
  return answered(format, { file, line: made.line, id, expires }, () => [said]);
}

/** The id as its database spells it. */
function advisoryId(typed: string): string {
  const [id] = idsIn(typed);
  if (id !== undefined && id.length === typed.length) return id;
  throw new GateError(
    "id-unknown",
    `${JSON.stringify(typed)} is not the id of an advisory`,
    "Ids look like CVE-2021-44228 or GHSA-jfh8-c2jp-5v3q. Write the name of a rule or a licence into the file by hand.",
  );
}
