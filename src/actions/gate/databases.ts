import { SCANNER } from "../../scanners/list.ts";
import { databaseStore } from "../../system/store/store.ts";
import type { World } from "../../system/world.ts";
import { actionInputs, programWish, scanning } from "../shared-inputs.ts";

const known = { shape: scanning, replaced: {}, contradictions: () => ({}), page: "docs/cli.md" };
const { names, read } = actionInputs(known);

/** The inputs that decide which databases a scan takes, and from where. */
export const DATABASE_INPUTS: readonly string[] = names.filter((name) => !["token", "cache"].includes(name));

/**
 * The databases on this machine, as a scan with these inputs would find them. Downloads nothing.
 * @throws GateError `input-invalid`
 */
export async function keptDatabases(world: World) {
  const { maxDbAge } = read(world.env);
  const { store, problem } = databaseStore(world);
  return { store, problem, databases: (await SCANNER.databases?.(store, world.now(), maxDbAge)) ?? [] };
}

/**
 * Downloads the databases that are missing or due, and the scanner if it is not there.
 * @throws GateError `input-invalid`, `database-…`, `run-cancelled`, and the errors of installing the scanner
 */
export async function updateDatabases(which: { readonly java: boolean }, world: World): Promise<void> {
  const inputs = read(world.env);
  const installed = await SCANNER.install({ ...programWish(inputs), cache: undefined }, world);
  const settings = { ...inputs, cache: undefined, scanners: ["vuln"], skipDirs: [], skipFiles: [] };
  await installed.update?.(settings, which, world);
}
