import { existsSync, mkdirSync, realpathSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { dayOf } from "../../domain/dates.ts";
import { idsIn } from "../../domain/foreign/advisory-ids.ts";
import { DEFAULT_POLICY } from "../../domain/policy/policy.ts";
import { withException } from "../../policy/add-exception.ts";
import { decodePolicy, parsePolicy } from "../../policy/parse.ts";
import { GateError } from "../../system/errors.ts";
import { replaceWhole } from "../../system/given-files.ts";
import type { Command, Given } from "../command.ts";
import { type Answer, type Asked, answered, reading } from "../reading.ts";
import { POLICY_OPTION, policyBytes } from "../typed-policy.ts";
import { lastDay, optionInvalid, REASON, reasonText, UNTIL } from "./words.ts";

export const command: Command = {
  words: "<ID>",
  options: [
    UNTIL,
    REASON,
    { name: "package", kind: "text", value: "NAME", about: "Only for this package: its name or package URL." },
    { name: "path", kind: "list", value: "GLOB", about: "Only at these paths in the image." },
    { name: "image", kind: "list", value: "GLOB", about: "Only for these images." },
    { name: "owner", kind: "text", value: "NAME", about: "Who decided it." },
    { name: "only-while-unfixed", kind: "switch", about: "Ends early, on the day a fix exists." },
    POLICY_OPTION,
  ],
  formats: ["table", "json"],
  exitCodes: { 0: "the exception is in the policy", 2: "nothing was written, or a wrong command line" },
  examples: [
    {
      line: 'image-gate policy add CVE-2021-44228 --until 2026-12-31 --reason "No input reaches it." --package log4j-core',
      about: "Comments, order and indentation of the file stay.",
    },
  ],
  run: reading(addToPolicy),
};

const EMPTY = "version: 1\n";

/**
 * `policy add ID --until DATE --reason TEXT`: writes an exception into the policy file, which is made if the default
 * one does not exist.
 * @throws GateError `option-invalid`, `exception-exists`, `policy-…`, `file-…`, `answer-not-written`
 */
export function addToPolicy({ words, options }: Given, { world, format }: Asked): Answer {
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
  const file = named ?? DEFAULT_POLICY;
  const text = textOf(named, world);
  const { exceptionRules } = parsePolicy(text, { file, today });
  const expires = lastDay(until, today, exceptionRules.maxDays);
  if (exceptionRules.requireOwner && owner === undefined)
    throw optionInvalid("The policy wants an owner of each exception", "Give --owner.");
  const added = { id, package: about, paths, images, reason: reasonText(reason), owner, created: today, expires };
  const made = withException({ text, file, today }, { ...added, onlyWhileUnfixed });
  write(resolve(world.workspace, file), made.text);
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

function textOf(policy: string | undefined, world: Asked["world"]): string {
  const bytes = policyBytes(policy, world);
  return bytes === undefined ? EMPTY : withMark(bytes, policy ?? DEFAULT_POLICY);
}

/** A byte order mark is a part of the file that stays. */
function withMark(bytes: Buffer, file: string): string {
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return `${hasMark ? "\ufeff" : ""}${decodePolicy(bytes, file)}`;
}

/** Writes the file as a whole or not at all. A link stays one, and a file keeps its rights. */
function write(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const real = existsSync(path) ? realpathSync(path) : path;
    const mode = existsSync(real) ? statSync(real).mode & 0o777 : 0o644;
    replaceWhole(real, [text], { mode, isDurable: true });
  } catch (cause) {
    throw new GateError(
      "answer-not-written",
      `The policy file cannot be written (${(cause as NodeJS.ErrnoException).code})`,
      "Its folder must be writable and have space left.",
      { cause },
    );
  }
}
