import { statSync } from "node:fs";
import { freeThreads, rest, takeThread } from "../threads.ts";
import { type HashWork, hashed } from "./hashing.ts";

/** Bytes of a file that is hashed here sooner than a thread starts. */
const SMALL = 16 << 20;

/** The same as {@link hashed}, beside other work: 175 MB take 105 ms. */
export async function hashedBeside(work: HashWork): Promise<string> {
  const isSmall = statSync(work.path).size < SMALL;
  // If the thread fails, the error is that of this one.
  return (isSmall || freeThreads() === 0 ? undefined : await inThread(work)) ?? hashed(work);
}

/** Undefined: it failed. */
function inThread(data: HashWork): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  try {
    const thread = takeThread({ program: "hash", data });
    thread.once("message", (sha256: string) => {
      rest(thread);
      resolve(sha256);
    });
    for (const end of ["error", "exit"]) thread.once(end, () => resolve(undefined));
  } catch {
    resolve(undefined);
  }
  return promise;
}
