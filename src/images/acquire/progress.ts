import type { World } from "../../system/world.ts";
import type { Progress } from "./store.ts";

/** Milliseconds between two lines of progress in the log. */
const EVERY_MS = 10_000;
const MB = 1e6;

/** Reports an acquisition's progress: on a terminal at once, and in the log if it takes long. */
export function progressLog(label: string, log: World["log"]): Progress & Disposable {
  const state = { layers: 0, bytes: undefined as number | undefined, done: 0, fetched: 0 };
  const timer = setInterval(() => {
    const { layers, bytes, done, fetched } = state;
    const of = bytes === undefined ? "" : ` of ${megabytes(bytes)}`;
    const came = fetched === 0 ? "" : `, ${megabytes(fetched)}${of} fetched`;
    log.info(`${label}: ${done} of ${layers} layers read${came}.`);
  }, EVERY_MS);
  timer.unref();
  const show = (): void => log.advance?.({ what: label, unit: "bytes", done: state.fetched, of: state.bytes });
  return {
    begin(layers, bytes) {
      state.layers = layers;
      state.bytes = bytes;
    },
    fetched(bytes) {
      state.fetched += bytes;
      show();
    },
    layerDone(unfetched) {
      state.done += 1;
      if (state.bytes !== undefined) state.bytes -= unfetched;
      if (state.fetched > 0) show();
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      log.advance?.({ what: label, unit: "bytes", done: state.fetched, of: state.fetched });
    },
  };
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / MB)} MB`;
}
