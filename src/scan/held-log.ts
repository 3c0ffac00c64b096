import type { Log } from "../system/world.ts";

const HELD = ["info", "debug", "startGroup", "endGroup", "notice", "warning", "error", "annotate"] as const;

/**
 * Does work, and holds its log until it has ended if other work goes on beside it. Otherwise lines and groups would
 * mix, and a runner's groups do not nest. Secrets are masked, and advances shown, at once.
 */
export async function withHeldLog<T>(log: Log, isAlone: boolean, work: (held: Log) => Promise<T>): Promise<T> {
  if (isAlone) return work(log);
  const kept: (() => void)[] = [];
  const hold = (name: (typeof HELD)[number]) => {
    const write = log[name] as (...args: unknown[]) => void;
    return [name, (...args: unknown[]) => void kept.push(() => write(...args))] as const;
  };
  try {
    return await work({ ...log, ...(Object.fromEntries(HELD.map(hold)) as Pick<Log, (typeof HELD)[number]>) });
  } finally {
    for (const write of kept) write();
  }
}
