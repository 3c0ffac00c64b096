import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { SCANNER } from "../../scanners/list.ts";
import { entriesOf } from "../../system/given-files.ts";

/** The contents of the store. */
interface Stored {
  /** Names of what Image Gate keeps. */
  readonly ours: readonly string[];
  /** Names of everything else. */
  readonly left: readonly string[];
  /** Of all files of ours. */
  readonly bytes: number;
}

/** Whole names: `db` is a link, and `db-x1Y2z3` the folder that it leads to. */
const OURS = /^(?:(?:(?:java-)?db|(?:kev|epss)\.[0-9a-f]{16})(?:-\w{6}(?:\.link)?)?|layers|reports|fresh-\w{6})$/;
/** They stay, since another process may wait for one. */
const LOCKS = "locks";

export function storedIn(store: string): Stored {
  const isOurs = (name: string) => OURS.test(name) || name === SCANNER.name.toLowerCase();
  const names = readdirSync(store).filter((name) => name !== LOCKS);
  const ours = names.filter(isOurs);
  const bytes = ours.reduce((sum, name) => sum + bytesOf(join(store, name)), 0);
  return { ours, left: names.filter((name) => !isOurs(name)).sort(), bytes };
}

/** Follows no link. What vanishes meanwhile has no size. */
function bytesOf(path: string): number {
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (!status?.isDirectory()) return status?.isFile() ? status.size : 0;
  return entriesOf(path).reduce((sum, { name }) => sum + bytesOf(join(path, name)), 0);
}

const UNITS = ["B", "kB", "MB", "GB"] as const;

/** `160 MB`, in powers of a thousand. */
export function sizeText(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** power;
  return `${power > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${UNITS[power]}`;
}
