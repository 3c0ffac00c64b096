import { lengthOf, type Numbers } from "../../../domain/metrics/numbers.ts";
import { SEVERITIES, severityName } from "../../../domain/severity.ts";
import { htmlLine } from "../../print/html.ts";
import { counted, joined, number } from "../../shared/phrases.ts";
import { afterWords, lengthWords, threeNumbers } from "../numbers.ts";
import type { Html } from "./parts.ts";

interface Single {
  readonly title: string;
  readonly value: string;
  /** The text below it. */
  readonly below?: Html | undefined;
}

/** The three numbers, with what they were after the run before. */
export function firstNumbers(numbers: Numbers, last: Numbers | undefined): Html {
  const singles = threeNumbers(numbers, last).map(({ title, now, more, before }) => {
    const then = last === undefined ? "" : `${before} ${afterWords(last)}`;
    return { title, value: now, below: joined("<br>", [htmlLine(more), then]) };
  });
  return list("numbers first", singles);
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
