import type { InventoryEntry } from "../../domain/coverage/inventory.ts";
import type { ResolvedFile } from "./content.ts";
import { LISTS } from "./inventory/inspect.ts";
import type { Overlay } from "./overlay.ts";

/** The system's packages that own files of an inventory, by the system's lists: a path, and a package's name. */
export function ownersOf(
  files: ReadonlyMap<string, ResolvedFile>,
  entries: ReadonlyMap<string, InventoryEntry>,
  overlay: Overlay,
): Map<string, string> {
  const wanted = new Set([...entries.values()].map(({ path, archive }) => archive ?? path));
  const installed = installedPackages(entries);
  const owners = new Map<string, string>();
  for (const { owned = [] } of files.values())
    for (const { owner, files: list } of owned)
      if (installed.has(owner))
        for (const line of list.split("\n")) {
          const path = pathOf(line, wanted, overlay);
          if (path !== undefined && !owners.has(path)) owners.set(path, owner);
        }
  return owners;
}

function installedPackages(entries: ReadonlyMap<string, InventoryEntry>): Set<string> {
  const lists = [...entries.values()].filter(({ kind }) => LISTS.has(kind));
  return new Set(lists.flatMap(({ packages = [] }) => packages.map(({ name }) => name)));
}

/** Lists may use the paths from before a system's top folders became links, such as /lib to /usr/lib. */
function pathOf(line: string, wanted: ReadonlySet<string>, overlay: Overlay): string | undefined {
  const path = line.startsWith("/") ? line.slice(1) : line.replace(/^\.\//, "");
  if (wanted.has(path)) return path;
  const end = path.indexOf("/");
  if (end === -1 || !overlay.links.has(path.slice(0, end))) return undefined;
  const real = overlay.realPath(path);
  return real !== undefined && wanted.has(real) ? real : undefined;
}
