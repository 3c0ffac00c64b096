import { type Day, dayOf, daysBetween } from "../../domain/dates.ts";
import type { Exception } from "../../domain/exception.ts";
import { counted } from "../../domain/list-some.ts";
import type { Policy } from "../../domain/policy/policy.ts";
import { DEFAULT_THRESHOLDS, SEVERITIES, severityName } from "../../domain/severity.ts";
import { PolicyError } from "../../policy/mistakes.ts";
import type { Args, Command } from "../command.ts";
import { type Answer, answered, type ReadingRequest, reading } from "../reading.ts";
import { requiredPolicy, type TypedPolicy } from "../typed-policy.ts";

export const command: Command = {
  words: "[FILE]",
  options: [],
  formats: ["table", "json"],
  examples: [
    { line: "image-gate policy check", about: "The policy of the working directory." },
    { line: "image-gate policy check policy.yml --json", about: "Every mistake with its line and column." },
  ],
  run: reading(checkPolicy),
};

/**
 * `policy check [FILE]`: 0 if the policy can be used, with what is due soon.
 * @throws GateError `policy-…`, `file-…`; with `json`, an invalid policy is an answer with the code 2
 */
export function checkPolicy({ words: [file] }: Pick<Args, "words">, { world, format }: ReadingRequest): Answer {
  const today = dayOf(world.now());
  try {
    const read = requiredPolicy(file, world);
    const due = dueIn(read.policy, today);
    const exceptions = due.map(({ exception: { id, line, expires }, daysLeft }) => ({ id, line, expires, daysLeft }));
    const values = { file: read.file, valid: true, mistakes: [], due: exceptions };
    return answered(format, values, () => textOf(read, due, today));
  } catch (thrown) {
    if (format !== "json" || !(thrown instanceof PolicyError)) throw thrown;
    const { file: name, mistakes, message } = thrown;
    return answered(format, { file: name, valid: false, mistakes, due: [] }, () => [], {
      err: `${message}\n`,
      code: 2,
    });
  }
}

interface Due {
  readonly exception: Exception;
  /** Negative: it has ended. */
  readonly daysLeft: number;
}

/** Exceptions, and accepted gaps, that have ended or end soon; the first to end comes first. */
function dueIn({ exceptions, coverage = [], exceptionRules }: Policy, today: Day): Due[] {
  return [...exceptions, ...coverage]
    .map((exception) => ({ exception, daysLeft: daysBetween(today, exception.expires) }))
    .filter(({ daysLeft }) => daysLeft <= exceptionRules.warnDays)
    .sort((a, b) => a.daysLeft - b.daysLeft);
}

function textOf({ file, policy }: TypedPolicy, due: readonly Due[], today: Day): string[] {
  const { exceptions, coverage = [], targets } = policy;
  const limits = SEVERITIES.map(
    (each) => `${severityName(each)} ${policy.thresholds[each] ?? DEFAULT_THRESHOLDS[each]}`,
  );
  const counts = [
    counted(exceptions.length, "exception"),
    coverage.length > 0 && counted(coverage.length, "accepted gap"),
    targets.length > 0 && counted(targets.length, "rule for images", "rules for images"),
  ].filter((part) => part !== false);
  return [
    `${file} is valid: ${counts.join(", ")}.`,
    `Limits: ${limits.join(", ")}.`,
    ...due.map(({ exception, daysLeft }) => `line ${exception.line}: ${exception.id} ${ending(exception, daysLeft)}`),
    ...(due.length === 0 && exceptions.length > 0 ? [`No exception ends soon (today is ${today} in UTC).`] : []),
  ];
}

function ending({ expires }: Exception, daysLeft: number): string {
  if (daysLeft < 0) return `has ended on ${expires}`;
  return daysLeft === 0 ? "ends today" : `ends on ${expires}, in ${counted(daysLeft, "day")}`;
}
