import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { workflowLog } from "../src/github/log.ts";
import { withHeldLog } from "../src/held-log.ts";

test("logs of things that go on at the same time come out whole, one after the other, but secrets are masked at once", async () => {
  let text = "";
  const log = workflowLog({
    write: (more) => {
      text += more;
    },
  });
  const work = (name: string, ms: number) =>
    withHeldLog(log, async (held) => {
      held.startGroup(name);
      held.mask(`secret-${name}`);
      held.info(`${name} begins`);
      await wait(ms);
      held.warning(`${name} warns`, { file: "a", line: 1 });
      held.endGroup();
      if (name === "b") throw new Error("failed");
    });
  const both = Promise.allSettled([work("a", 40), work("b", 5)]);
  expect(text).toBe("::add-mask::secret-a\n::add-mask::c2VjcmV0LWE=\n::add-mask::secret-b\n::add-mask::c2VjcmV0LWI=\n");
  text = "";
  await both;
  const group = (name: string) =>
    `::group::${name}\n${name} begins\n::warning file=a,line=1::${name} warns\n::endgroup::\n`;
  expect(text).toBe(group("b") + group("a"));
});
