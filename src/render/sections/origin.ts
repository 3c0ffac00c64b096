import type { Origin } from "../../domain/image/base-image.ts";

const WORDS: Readonly<Record<Origin, string>> = { base: "base image", own: "ours" };

/** Whose a finding is, before where it sits; the cell as it is where that is not known. */
export function withOrigin(origin: Origin | undefined, cell: string): string {
  if (origin === undefined) return cell;
  return cell === "–" ? WORDS[origin] : `${WORDS[origin]}<br>${cell}`;
}
