import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { workflowLog } from "../../src/job/github/log.ts";
import { withHeldLog } from "../../src/scan/workers.ts";
import type { Advance } from "../../src/system/world.ts";

/** The text that a runner would read, as far as it has been written. */
function workflowText() {
  let text = "";
  const log = workflowLog({
    write: (more) => {
      text += more;
    },
  });
  const taken = () => {
    const all = text;
    text = "";
    return all;
  };
  return { log, taken };
}

test("logs of things that go on at the same time come out whole, one after the other, but secrets are masked at once", async () => {
  const { log, taken } = workflowText();
  const work = (name: string, ms: number) =>
    withHeldLog(log, false, async (held) => {
      held.startGroup(name);
      held.mask(`secret-${name}`);
      held.info(`${name} begins`);
      await wait(ms);
      held.warning(`${name} warns`, { file: "a", line: 1 });
      held.endGroup();
      if (name === "b") throw new Error("failed");
    });
  const both = Promise.allSettled([work("a", 40), work("b", 5)]);
  expect(taken()).toBe(
    "::add-mask::secret-a\n::add-mask::c2VjcmV0LWE=\n::add-mask::secret-b\n::add-mask::c2VjcmV0LWI=\n",
  );
  await both;
  const group = (name: string) =>
    `::group::${name}\n${name} begins\n::warning file=a,line=1::${name} warns\n::endgroup::\n`;
  expect(taken()).toBe(group("b") + group("a"));
});

test("progress is shown at once on a terminal", async () => {
  const shown: Advance[] = [];
  const advance = { what: "app:1", unit: "bytes", done: 1, of: 2 } as const;
  const log = { ...workflowText().log, advance: (each: Advance) => void shown.push(each) };
  await withHeldLog(log, false, async (held) => {
    held.advance?.(advance);
    expect(shown).toEqual([advance]);
  });
  await withHeldLog(workflowText().log, false, async (held) => expect(held.advance).toBeUndefined());
});
