import type { SeveralRules } from "../scan/several/several-scanners.ts";
import { SCANNER, scannerNamed } from "../scanners/list.ts";
import type { InstalledScanner, SbomMaker, Scanner, ScannerSettings } from "../scanners/scanner.ts";
import type { Background } from "../system/background.ts";
import { asGateError, GateError } from "../system/errors.ts";
import type { SharedCache } from "../system/shared-cache.ts";
import type { World } from "../system/world.ts";
import type { CamelKeys } from "./fields.ts";
import { MATCH, type OtherScanners } from "./scan-with.ts";
import { type InputData, programWish, type scanning } from "./shared-inputs.ts";

/** The inputs that choose the scanners. */
type Inputs = CamelKeys<OtherScanners & InputData<typeof scanning>>;

/** The scanner of a run, or several as one. */
export interface RunScanner {
  /** By the scanners' names. */
  readonly versions: ReadonlyMap<string, string>;
  readonly sboms: SbomMaker;
  /** @throws GateError of the scanners' databases, `run-cancelled` */
  ready(settings: RunSettings, work: Background, world: World): Promise<Scanner>;
}

/** Each scanner decides by itself where its database comes from. */
type RunSettings = Omit<ScannerSettings, "dbRepository"> & { readonly rules: SeveralRules };

/**
 * Installs the scanners that `scan-with` names, or the default scanner if it names none.
 * @throws GateError of the scanners
 */
export async function installScanners(
  inputs: Inputs,
  cache: SharedCache | undefined,
  world: World,
): Promise<RunScanner> {
  const own = SCANNER.name.toLowerCase();
  const words = inputs.scanWith;
  const byList = !words.includes(MATCH) ? undefined : words.length === 1 ? "place" : "beside";
  // The run's default scanner lists the packages, whatever the order of the names.
  const names = words.includes(MATCH) ? [own, "grype"] : words.length === 0 ? [own] : words;
  const install = async (name: string): Promise<Installed> => {
    const entry = scannerNamed(name) ?? SCANNER;
    const isGrype = name === "grype";
    const installing = entry.install({ ...programWish(inputs, isGrype ? name : undefined), cache }, world);
    // If one of several scanners is missing, the policy may let the run go on.
    const program = await (names.length === 1 ? installing : installing.catch(failure(world)));
    return { name: entry.name, program, databases: isGrype ? inputs.grypeDb : inputs.dbRepository };
  };
  const [first, ...others] = await Promise.all(names.map(install));
  return runScanner([first as Installed, ...others], byList);
}

interface Installed {
  readonly name: string;
  readonly program: InstalledScanner | GateError;
  /** The sources of its database. */
  readonly databases: readonly string[];
}

function runScanner(all: readonly [Installed, ...Installed[]], byList: SeveralRules["byList"]): RunScanner {
  const [{ program: first }, ...others] = all;
  const there = all.flatMap(({ name, program }) =>
    program instanceof GateError ? [] : [[name, program.version] as const],
  );
  return {
    versions: new Map(there),
    sboms: first instanceof GateError ? { make: () => Promise.reject(first) } : first.sboms,
    async ready({ rules, ...settings }, work, world) {
      const own = async ({ program, databases }: Installed) =>
        usable(program).ready({ ...settings, dbRepository: databases }, work, world);
      if (others.length === 0) return own(all[0]);
      const { severalScanners } = await import("../scan/several/several-scanners.ts");
      const { heldToImage } = await import("../scan/acquired.ts");
      const scanners = all.map(async (each) => ({
        name: each.name,
        scanner: await own(each).then(heldToImage, failure(world)),
      }));
      // The scanner that lists the packages and the scanner that matches them are both needed.
      return severalScanners(await Promise.all(scanners), { ...(byList !== "place" && rules), byList });
    },
  };
}

/** @throws GateError the reason why it could not be installed */
export function usable<T>(program: T | GateError): T {
  if (program instanceof GateError) throw program;
  return program;
}

/** Why a scanner cannot be had. A cancelled run has no other error. */
function failure({ signal }: World) {
  return (thrown: unknown): GateError => {
    if (signal.aborted) throw thrown;
    return asGateError(thrown);
  };
}
