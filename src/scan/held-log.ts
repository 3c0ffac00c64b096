import type { Log } from "../system/world.ts";

/**
 * Does work, and holds its log until it has ended if other work goes on beside it. Otherwise lines and groups would
 * mix, and a runner's groups do not nest. Secrets are masked, and advances shown, at once.
 */
export async function withHeldLog<T>(log: Log, isAlone: boolean, work: (held: Log) => Promise<T>): Promise<T> {
  if (isAlone) return work(log);
  const kept: (() => void)[] = [];
  const hold =
    <A extends readonly unknown[]>(write: (...args: A) => void) =>
    (...args: A): void => {
      kept.push(() => write(...args));
    };
  try {
    return await work({
      ...log,
      info: hold(log.info),
      debug: hold(log.debug),
      startGroup: hold(log.startGroup),
      endGroup: hold(log.endGroup),
      notice: hold(log.notice),
      warning: hold(log.warning),
      error: hold(log.error),
      annotate: hold(log.annotate),
    });
  } finally {
    for (const write of kept) write();
  }
}
