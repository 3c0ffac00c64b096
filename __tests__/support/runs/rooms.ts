import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A room; several may share a row of the table. */
export interface Room {
  readonly name: string;
  /** Names of rooms; `below` is each that has no `*` and whose row is further down. */
  readonly mayImport: readonly string[];
  readonly packages: readonly string[];
  /** The row's number, from the top. */
  readonly row: number;
}

const quoted = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
/** The table of docs/rooms.md: the rooms, and the imports that each may have. */
export const rooms: readonly Room[] =
  readFileSync(join(import.meta.dirname, "../../../docs/rooms.md"), "utf8")
    .split("| room | subject | may import | packages |")[1]
    ?.split("\n\n")[0]
    ?.split("\n")
    .slice(2)
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .flatMap(([, names = "", , mayImport = "", packages = ""], row) =>
      quoted(names).map((name) => ({ name, mayImport: quoted(mayImport), packages: quoted(packages), row })),
    ) ?? [];

/**
 * True if the path is in the room, or the package's name matches. `*` stands for one folder, or for the rest of a name.
 */
export function matches(pattern: string, path: string): boolean {
  const [start = "", rest] = pattern.split("*");
  if (rest === undefined) return pattern.endsWith("/") ? path.startsWith(pattern) : path === pattern;
  return path.startsWith(start) && (rest === "" || path.slice(start.length).includes(rest));
}

/**
 * The room of a file. A room of a single file comes before one of a folder pattern, and that before a whole folder's.
 */
export function roomOf(file: string): Room | undefined {
  return (
    rooms.find(({ name }) => name === file) ??
    rooms.find(({ name }) => name.includes("*") && matches(name, file)) ??
    rooms.find(({ name }) => matches(name, file))
  );
}

/** Two scanners, platforms or actions are two rooms, although they share a row. */
export const place = (file: string, room: Room) =>
  room.name.includes("*")
    ? file
        .split("/")
        .slice(0, room.name.split("/").indexOf("*") + 1)
        .join("/")
    : room.name;

/** True if the table allows the import of a file of ours, by paths below `src/`. */
export function mayImport(from: string, to: string): boolean {
  const own = roomOf(from);
  const other = roomOf(to);
  if (!own || !other) return false;
  if (place(from, own) === place(to, other)) return true;
  const isBelow = other.row > own.row && !other.name.includes("*");
  return own !== other && (own.mayImport.includes(other.name) || (isBelow && own.mayImport.includes("below")));
}
