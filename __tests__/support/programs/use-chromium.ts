import { afterAll, beforeAll } from "vitest";
import { ensureChromium } from "../../../scripts/setup/system.ts";
import { type TemporaryFolder, temporaryFolder } from "../runs/folder.ts";
import { type Chromium, startChromium } from "./chromium.ts";

// Its own file, because scripts that draw pictures load chromium.ts without Vitest.

/** Chromium and a folder for the tests of one file. */
export interface UsedChromium {
  /** If false, tests that need it are skipped with a message. */
  readonly hasChromium: boolean;
  readonly folder: TemporaryFolder;
  readonly open: Chromium["open"];
}

/** Starts Chromium before the tests of a file, if there is one, and ends it after them. Its folder is removed, too. */
export async function useChromium(name: string): Promise<UsedChromium> {
  const hasChromium = (await ensureChromium()) !== undefined;
  const folder = temporaryFolder(name);
  let chromium: Chromium | undefined;
  beforeAll(async () => {
    chromium = await startChromium();
  });
  afterAll(async () => {
    await chromium?.[Symbol.asyncDispose]();
    folder.remove();
  });
  const open: Chromium["open"] = async (file, options) => {
    if (chromium === undefined) throw new Error("There is no Chromium.");
    return chromium.open(file, options);
  };
  return { hasChromium, folder, open };
}
