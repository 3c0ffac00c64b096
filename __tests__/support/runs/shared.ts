import { afterAll } from "vitest";
import { type TemporaryFolder, temporaryFolder } from "./folder.ts";

/** Shares a resource among all tests of a file, and closes it after the last one. */
export function shared<T extends AsyncDisposable | undefined>(opening: Promise<T>): Promise<T> {
  afterAll(async () => (await opening)?.[Symbol.asyncDispose]());
  return opening;
}

/** A folder for all tests of a file, which is removed after the last one. */
export function sharedFolder(name: string): TemporaryFolder {
  const folder = temporaryFolder(name);
  afterAll(() => folder.remove());
  return folder;
}
