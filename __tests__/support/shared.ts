import { afterAll } from "vitest";

/** Shares what is being opened among all tests of a file, and closes it after the last one. */
export function shared<T extends AsyncDisposable>(opening: Promise<T>): Promise<T> {
  afterAll(async () => (await opening)[Symbol.asyncDispose]());
  return opening;
}
