import { compareDigits, compareEach, compareText, orderBy } from "./order.ts";

/**
 * RPM's order of `[epoch:]version[-release]` (rpmvercmp;
 * https://rpm-software-management.github.io/rpm/manual/dependencies.html). If only one has a release and all else is
 * equal, the order is not known.
 */
export const compareRpm = orderBy(parse, (a, b) => {
  const difference = compareDigits(a.epoch, b.epoch) || compareLabels(a.version, b.version);
  if (difference !== 0 || a.release === b.release) return difference;
  return a.release === undefined || b.release === undefined ? undefined : compareLabels(a.release, b.release);
});

function parse(text: string) {
  const [, epoch = "", version, release] = /^(?:(\d+):)?([\w.+~^]+)(?:-([\w.+~^]+))?$/.exec(text) ?? [];
  return version === undefined ? undefined : { epoch, version, release };
}

/** Compares runs of digits or letters. All other characters only separate them. */
function compareLabels(a: string, b: string): number {
  return compareEach(segments(a), segments(b), compareSegments);
}

function segments(label: string): readonly string[] {
  return label.match(/~|\^|\d+|[A-Za-z]+/g) ?? [];
}

function compareSegments(a: string | undefined, b: string | undefined): number {
  const x = rank(a);
  const y = rank(b);
  if (x !== y || a === undefined || b === undefined) return x - y;
  return x === NUMBER ? compareDigits(a, b) : compareText(a, b);
}

const NUMBER = 4;

/** `~` comes before the end, `^` right after it. Letters come before numbers. */
function rank(segment: string | undefined): number {
  if (segment === undefined) return 1;
  if (segment === "~") return 0;
  if (segment === "^") return 2;
  return /\d/.test(segment) ? NUMBER : 3;
}
