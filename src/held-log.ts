import type { Log } from "./world.ts";

/**
 * Does work whose log comes out whole when it has ended: beside other work, lines and groups would mix, and a runner's
 * groups do not nest. Secrets are masked at once.
 */
export async function withHeldLog<T>(log: Log, work: (held: Log) => Promise<T>): Promise<T> {
  const kept: (() => void)[] = [];
  const hold =
    <A extends readonly unknown[]>(tell: (...args: A) => void) =>
    (...args: A): void => {
      kept.push(() => tell(...args));
    };
  try {
    return await work({
      info: hold(log.info),
      debug: hold(log.debug),
      startGroup: hold(log.startGroup),
      endGroup: hold(log.endGroup),
      notice: hold(log.notice),
      warning: hold(log.warning),
      error: hold(log.error),
      mask: log.mask,
    });
  } finally {
    for (const tell of kept) tell();
  }
}
