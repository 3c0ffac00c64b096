/**
 * `damaged`: broken or cut off. `inconsistent`: readers of tars read it differently. `too-large`: beyond a bound, which
 * the message names.
 */
export type TarFault = "damaged" | "inconsistent" | "oversized";

const CLAUSES: Readonly<Record<TarFault, string>> = {
  damaged: "is damaged or cut off",
  inconsistent: "can be read in two ways",
  oversized: "has more than is read",
};

/** The fault of a tar. Names in the message come from a stranger: they are quoted, escaped and shortened. */
export class TarProblem extends Error {
  override readonly name = "TarProblem";
  readonly fault: TarFault;

  constructor(fault: TarFault, what: string) {
    super(what);
    this.fault = fault;
  }

  /** The end of a sentence about the archive. */
  get clause(): string {
    return `${CLAUSES[this.fault]} (${this.message})`;
  }
}

export function damagedTar(what: string): TarProblem {
  return new TarProblem("damaged", what);
}

export function ambiguousTar(what: string): TarProblem {
  return new TarProblem("inconsistent", what);
}

/** Longest name in a message. */
const LONGEST = 120;

/** A member's name, for messages. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > LONGEST ? `${name.slice(0, LONGEST)}…` : name);
}
