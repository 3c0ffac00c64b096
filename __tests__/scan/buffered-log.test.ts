import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { workflowLog } from "../../src/platforms/github/log.ts";
import { withHeldLog } from "../../src/scan/held-log.ts";
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
    withHeldLog(log, AbortSignal.abort(), async (held) => {
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

test("how far something is shows at once, where somebody watches", async () => {
  const shown: Advance[] = [];
  const advance = { what: "app:1", unit: "bytes", done: 1, of: 2 } as const;
  const log = { ...workflowText().log, advance: (each: Advance) => void shown.push(each) };
  await withHeldLog(log, AbortSignal.abort(), async (held) => {
    held.advance?.(advance);
    expect(shown).toEqual([advance]);
  });
  await withHeldLog(workflowText().log, AbortSignal.abort(), async (held) => expect(held.advance).toBeUndefined());
});

test("work that others join logs the rest when it has ended, in a group of its own if it was within one", async () => {
  const { log, taken } = workflowText();
  const company = new AbortController();
  const end = Promise.withResolvers<void>();
  const first = withHeldLog(log, company.signal, async (held) => {
    held.info("alone");
    held.startGroup("first");
    held.info("begins");
    await end.promise;
    held.info("ends");
    held.endGroup();
  });
  expect(taken()).toBe("alone\n::group::first\nbegins\n");
  company.abort();
  log.startGroup("other");
  log.endGroup();
  expect(taken()).toBe("::endgroup::\n::group::other\n::endgroup::\n");
  end.resolve();
  await first;
  expect(taken()).toBe("::group::first (continued)\nends\n::endgroup::\n");
});

test("work that others join outside of a group, or that had ended, opens none", async () => {
  const { log, taken } = workflowText();
  const company = new AbortController();
  const end = Promise.withResolvers<void>();
  const work = (wait: Promise<void>) =>
    withHeldLog(log, company.signal, async (held) => {
      held.startGroup("first");
      held.endGroup();
      await wait;
      held.info("ends");
    });
  await work(Promise.resolve());
  const late = work(end.promise);
  taken();
  company.abort();
  expect(taken()).toBe("");
  end.resolve();
  await late;
  expect(taken()).toBe("ends\n");
});
