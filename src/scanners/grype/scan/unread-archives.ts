import type { Inventory, InventoryEntry } from "../../../domain/coverage/inventory.ts";

/** Archives that Grype reads by their names, in lower case alone (Syft's catalogers, `java/archive_parser.go`). */
const READ = /\.(?:jar|war|ear|par)$/;
const REMOVAL = /(?:^|\/)\.wh\./;

/** The inventory in which what Grype does not look at is marked: that it lists nothing there says nothing. */
export function withUnreadArchives(inventory: Inventory): Inventory {
  return { ...inventory, entries: inventory.entries.map(marked) };
}

function marked(entry: InventoryEntry): InventoryEntry {
  const { kind, path, archive = path, packages } = entry;
  const isEgg = kind === "python" && path.endsWith(".egg");
  if (packages !== undefined || !(isEgg || kind === "jar")) return entry;
  if (REMOVAL.test(archive)) return { ...entry, unread: entry.unread ?? REMOVED };
  if (isEgg) return { ...entry, unread: entry.unread ?? NO_EGGS };
  return READ.test(archive) ? entry : { ...entry, isRenamed: true };
}

const REMOVED = "Grype takes a folder whose name begins with .wh. for a removal";
const NO_EGGS = "Grype does not look into eggs";
