import type { Log } from "../system/world.ts";

/**
 * Does work beside other work, and holds its log until it has ended. Otherwise lines and groups would mix, and a
 * runner's groups do not nest. Secrets are masked, and advances shown, at once.
 */
export async function withHeldLog<T>(log: Log, work: (held: Log) => Promise<T>): Promise<T> {
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
