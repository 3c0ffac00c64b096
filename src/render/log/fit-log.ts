import { counted } from "../../domain/list-some.ts";
import type { FailedTarget } from "../../domain/verdict.ts";
import { noCommand, plain, shorten } from "../shared/safe-text.ts";

/** Largest log text in UTF-8 bytes. Lines written during the scans, and the colours, are not included. */
export const LIMIT_BYTES = 54_000;

interface Parts<T> {
  /** The lines of a target that may take `room` bytes. */
  readonly linesOf: (target: T, room: number) => string[];
  /** What follows the targets, before the reason. */
  readonly end: readonly string[];
  readonly reason: string;
  readonly limitBytes: number;
}

/** A log that fits: each target with its lines or counted as left out, and at the end the reason. */
export function fitLog<T>(targets: readonly T[], { linesOf, end, reason, limitBytes }: Parts<T>): string {
  const last = [...end, shorten(plain(reason), 4_000)];
  let left = limitBytes - bytes(last) - 300;
  const shown: string[] = [];
  let skipped = 0;
  for (const target of targets) {
    const lines = linesOf(target, left);
    if (bytes(lines) > left) {
      skipped += 1;
      continue;
    }
    left -= bytes(lines);
    shown.push(...lines);
  }
  if (skipped > 0) shown.push(`${counted(skipped, "more target")} left out here; the report has all.`, "");
  return noCommand([...shown, ...last].join("\n"));
}

/** UTF-8 bytes of lines, each with its line break. */
export function bytes(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
}

/** What ended a target, and what to do. */
export function errorLines(target: FailedTarget): string[] {
  const { code, what, remedy } = target.error;
  const [first = "", ...list] = what.split("\n");
  return [
    `${shorten(plain(target.target.label), 200)}: error`,
    `  [${plain(code)}] ${shorten(plain(first), 2_000)}${list.length === 0 ? "." : ""}`,
    ...list.map((line) => `    ${shorten(plain(line.replace(/;$/, "")), 2_000)}`),
    `  ${shorten(plain(remedy), 2_000)}`,
  ];
}
