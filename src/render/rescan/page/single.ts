import { isAnyKnown, lengthOf, type Numbers } from "../../../domain/metrics/numbers.ts";
import { SEVERITIES, severityName, URGENT } from "../../../domain/severity.ts";
import { counted, number } from "../../shared/phrases.ts";
import { ageOf, compared, lengthWords, meanIn, openOf, URGENT_WORDS } from "../numbers.ts";
import { type Html, imageName } from "./parts.ts";

interface Single {
  readonly title: string;
  readonly value: string;
  /** The text below it. */
  readonly below?: Html | undefined;
}

/** The three numbers, with what they were after the run before. */
export function firstNumbers(numbers: Numbers, before: Numbers | undefined): Html {
  const then = (words: (of: Numbers) => string) =>
    before === undefined ? [] : [`${words(before)} after the run of ${before.now.slice(0, 10)}`];
  const { oldestUnpatched } = numbers;
  const { count, mean } = meanIn(numbers);
  // If no scan ever worked, zero would be a claim.
  const known = isAnyKnown(numbers);
  const each = URGENT.map((severity) => `${number(numbers.open[severity])} ${severity.toUpperCase()}`).join(", ");
  return list("numbers first", [
    {
      title: `Open ${URGENT_WORDS} findings`,
      value: known ? `${number(openOf(numbers))}${compared(openOf(numbers), before && openOf(before))}` : "unknown",
      below: lines([each, ...then((of) => number(openOf(of)))]),
    },
    {
      title: "Oldest unpatched image",
      value: oldestUnpatched === undefined ? (known ? "none" : "unknown") : lengthWords(oldestUnpatched.age),
      below: lines([
        oldestUnpatched === undefined ? "" : imageName(oldestUnpatched.image),
        ...then((of) => (of.oldestUnpatched === undefined ? "none" : lengthWords(ageOf(of)))),
      ]),
    },
    {
      title: "Mean time to remediation, 90 days",
      value: mean === undefined ? "nothing was fixed" : lengthWords(mean),
      below: lines([
        mean === undefined ? "" : `${number(count)} fixed`,
        ...then((of) => {
          const { mean: old } = meanIn(of);
          return old === undefined ? "nothing was fixed" : lengthWords(old);
        }),
      ]),
    },
  ]);
}

/** Six more, from which one sees what the three rest on. */
export function otherNumbers(numbers: Numbers): Html {
  const { images, exceptions, databaseAge, now } = numbers;
  const unread = images.filter(({ known }) => known === undefined).length;
  const never = images.filter(({ lastScan }) => lastScan === undefined).length;
  const longest = images.reduce((most, { lastScan = now }) => Math.max(most, lengthOf(lastScan, now) ?? 0), 0);
  const gaps = images.reduce((sum, { known }) => sum + (known?.gaps ?? 0), 0);
  const late = overdueIn(numbers);
  return list("numbers", [
    {
      title: "Images",
      value: number(images.length),
      below: unread === 0 ? "" : `${number(unread)} never scanned, and in no sum`,
    },
    {
      title: "Longest without a scan",
      value: lengthWords(longest),
      below: never === 0 ? "" : `and ${counted(never, "image")} never as a whole`,
    },
    {
      title: "Vulnerability database",
      value: databaseAge === undefined ? "unknown" : lengthWords(databaseAge),
      below: "old at this run",
    },
    {
      title: "Overdue findings",
      value: late === undefined ? "no deadline" : number(late),
      below: late === undefined ? "the policy sets none" : "",
    },
    { title: "Exceptions that end soon", value: number(exceptions.ending) },
    { title: "Coverage gaps", value: number(gaps) },
  ]);
}

/** Undefined if no severity has a deadline. */
function overdueIn({ images }: Numbers): number | undefined {
  const late = images.flatMap(({ known }) =>
    SEVERITIES.flatMap((severity) => known?.overdue[severityName(severity)] ?? []),
  );
  return late.length === 0 ? undefined : late.reduce((sum, count) => sum + count, 0);
}

function list(classes: string, singles: readonly Single[]): Html {
  const items = singles.map(({ title, value, below = "" }) => {
    const more = below === "" ? "" : `<dd class="soft">${below}</dd>`;
    return `<div><dt>${title}</dt><dd class="value">${value}</dd>${more}</div>\n`;
  });
  return `<dl class="${classes}">\n${items.join("")}</dl>\n`;
}

function lines(parts: readonly Html[]): Html {
  return parts.filter((part) => part !== "").join("<br>");
}
