import { discover, parseSource, type Source } from "../../src/discovery/index.ts";
import type { Discovery } from "../../src/domain/history/running.ts";
import type { World } from "../../src/system/world.ts";

/** What lines of `discover` find. */
export function discovered(lines: readonly string[], world: World): Promise<Discovery> {
  return discover(lines.map(sourceOf), world);
}

function sourceOf(line: string): Source {
  const source = parseSource(line);
  if ("mistake" in source) throw new Error(`${line} ${source.mistake}`);
  return source;
}
