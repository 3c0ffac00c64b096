import type { Found } from "./content.ts";
import { END_WINDOW, inspectAppended, inspectArchive, isArchive } from "./inventory/archives.ts";
import { type FileBytes, partOf } from "./inventory/file-bytes.ts";
import {
  type Inspected,
  inspectNamed,
  inspectUnnamed,
  longestOf,
  mayBeNamedElsewhere,
  type Named,
  namedBy,
} from "./inventory/inspect.ts";
import { inspectProgram, isProgram } from "./inventory/programs.ts";

/** First bytes that identify the kind of a file, and have the headers of a program. */
const HEAD = 1 << 16;

/** The packages of a file, of which only the useful parts are read. Undefined: nothing of interest. */
export function inspectFile(path: string, file: FileBytes): Inspected | undefined {
  const named = namedBy(path);
  const head = partOf(file, { offset: 0, length: HEAD });
  const others = othersIn(path, file, head, named?.kinds.includes("jar") === true);
  const bytes = others.isOther ? undefined : listIn(file, head, named);
  if (named === undefined) {
    if (others.found.length > 0) return { found: others.found };
    const unnamed = bytes?.length ? inspectUnnamed(bytes) : undefined;
    return unnamed && (unnamed.found.length > 0 || unnamed.owned?.length) ? unnamed : undefined;
  }
  const unread = file.size > longestOf(named) ? "it is too large" : undefined;
  const inspected = inspectNamed(named, bytes, unread);
  const found = [...inspected.found, ...others.found];
  // A link with another name can lead to content that does not fit this name.
  const isOther = inspected.found.every(({ packages = [] }) => packages.length === 0);
  const unnamed = bytes && isOther && mayBeNamedElsewhere(bytes, bytes.length) ? inspectUnnamed(bytes) : undefined;
  if (unnamed === undefined) return { ...inspected, found };
  const added = unnamed.found.filter(({ kind }) => found.every((one) => one.kind !== kind));
  const owned = [...(inspected.owned ?? []), ...(unnamed.owned ?? [])];
  return { ...inspected, found: [...found, ...added], owned };
}

/** The whole content of a file that may be a list. Undefined: its name and its first bytes say that it is not. */
function listIn(file: FileBytes, head: Buffer, named: Named | undefined): Buffer | undefined {
  const { size } = file;
  const isOfUse = named ? size <= longestOf(named) : size > 0 && mayBeNamedElsewhere(head, size);
  return isOfUse ? partOf(file, { offset: 0, length: size }) : undefined;
}

/** Programs and archives, under any name. `isOther`: it is one, and so no list. */
function othersIn(path: string, file: FileBytes, head: Buffer, isNamed: boolean): { isOther: boolean; found: Found[] } {
  const { size } = file;
  if (size === 0) return { isOther: false, found: [] };
  const isWheel = /\.(?:whl|egg)$/i.test(path);
  const program = isProgram(head);
  if (!program && (isNamed || isArchive(head)))
    return { isOther: true, found: inspectArchive(file, { isNamed, isWheel }) };
  const end = partOf(file, { offset: Math.max(0, size - END_WINDOW), length: END_WINDOW });
  const appended = inspectAppended(end, size, isWheel);
  return { isOther: program, found: program ? [...inspectProgram(file, head), ...appended] : appended };
}
