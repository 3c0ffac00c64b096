import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { GateError } from "../../../system/errors.ts";

/** What runs on one machine tell each other of a download that failed. */
interface Note {
  /** Folder that is ours alone. */
  readonly store: string;
  /** What was to be downloaded, fit to be a file's name. */
  readonly name: string;
  readonly asked: readonly string[];
}

const schema = z.object({
  /** Milliseconds since 1970. */
  at: z.number(),
  asked: z.array(z.string()),
  error: z.object({ code: z.string(), what: z.string(), remedy: z.string() }),
});

const fileOf = ({ store, name }: Note): string => join(store, "locks", `${name}.failed.json`);

/** Leaves word for the runs that wait for this one. Where that cannot be, each finds out for itself. */
export function noteFailure(note: Note, { code, what, remedy }: GateError): void {
  try {
    mkdirSync(join(note.store, "locks"), { recursive: true, mode: 0o700 });
    const text = JSON.stringify({ at: Date.now(), asked: note.asked, error: { code, what, remedy } });
    writeFileSync(fileOf(note), text, { mode: 0o600 });
  } catch {
    // It is only to save time.
  }
}

/** How another run that asked the same repositories failed after this one began to wait. */
export function failedMeanwhile(note: Note, since: number): GateError | undefined {
  try {
    const { at, asked, error } = schema.parse(JSON.parse(readFileSync(fileOf(note), "utf8")));
    if (at <= since || at > Date.now() || asked.join() !== note.asked.join()) return undefined;
    return new GateError(error.code, error.what, error.remedy);
  } catch {
    return undefined;
  }
}
