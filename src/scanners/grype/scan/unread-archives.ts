import type { Inventory, InventoryEntry } from "../../../domain/coverage/inventory.ts";

/** Archives that Grype reads by their names, in lower case alone (Syft's catalogers, `java/archive_parser.go`). */
const READ = /\.(?:jar|war|ear|par)$/;
/** Grype takes a folder of such a name for a removal. */
const REMOVAL = /(?:^|\/)\.wh\./;

/** The inventory in which what Grype does not look at is marked: that it lists nothing there says nothing. */
export function withUnreadArchives(inventory: Inventory): Inventory {
  return { ...inventory, entries: inventory.entries.map(marked) };
}

function marked(entry: InventoryEntry): InventoryEntry {
  const { kind, path, archive = path, packages } = entry;
  if (packages !== undefined) return entry;
  if (REMOVAL.test(archive)) return { ...entry, contested: "removal" };
  if (kind === "jar" && !READ.test(archive)) return { ...entry, isRenamed: true };
  return kind === "python" && path.endsWith(".egg") ? { ...entry, unread: entry.unread ?? NO_EGGS } : entry;
}

const NO_EGGS = "Grype does not look into eggs";
