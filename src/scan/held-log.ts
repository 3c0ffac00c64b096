import type { Log } from "../system/world.ts";

/**
 * Does work and, while other work runs beside it, holds its log until it has ended. Otherwise lines and groups would
 * mix, and a runner's groups do not nest. Secrets are masked, and advances shown, at once.
 * @param joined aborted as soon as there is other work; until then everything is logged at once
 */
export async function withHeldLog<T>(log: Log, joined: AbortSignal, work: (held: Log) => Promise<T>): Promise<T> {
  const kept: (() => void)[] = [];
  const hold =
    <A extends readonly unknown[]>(write: (...args: A) => void) =>
    (...args: A): void => {
      if (joined.aborted) kept.push(() => write(...args));
      else write(...args);
    };
  let group: string | undefined;
  const leaveGroup = () => {
    if (group === undefined) return;
    const title = `${group} (continued)`;
    log.endGroup();
    kept.push(() => log.startGroup(title));
  };
  joined.addEventListener("abort", leaveGroup, { once: true });
  try {
    return await work({
      info: hold(log.info),
      debug: hold(log.debug),
      startGroup: hold((title) => {
        group = title;
        log.startGroup(title);
      }),
      endGroup: hold(() => {
        group = undefined;
        log.endGroup();
      }),
      notice: hold(log.notice),
      warning: hold(log.warning),
      error: hold(log.error),
      annotate: hold(log.annotate),
      annotationsLeft: log.annotationsLeft,
      mask: log.mask,
      advance: log.advance,
    });
  } finally {
    joined.removeEventListener("abort", leaveGroup);
    for (const write of kept) write();
  }
}
