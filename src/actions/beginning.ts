import { EMPTY_POLICY } from "../domain/policy/policy.ts";
import type { World } from "../system/world.ts";

/** Of the inputs for reporting: what a run may ask its platform. */
interface AccessInputs {
  readonly token?: string | undefined;
  readonly offline: boolean;
}

/** What every action knows at its beginning. */
export interface Beginning<Inputs extends AccessInputs> {
  readonly now: Date;
  /** Those for reporting, unless all of them could be read. */
  inputs: Inputs;
  /** What the run may ask its platform. */
  access(): { readonly token: string; readonly offline: boolean };
}

/** What stands for the policy until it has been read. */
export const UNREAD_POLICY = {
  policy: EMPTY_POLICY,
  source: { from: "workspace", isUnread: true },
  change: undefined,
} as const;

/**
 * What a run knows at its beginning, with what the action adds to it.
 * @param read reads the inputs for reporting, whatever the others are
 */
export function withBeginning<Inputs extends AccessInputs, Own extends object>(
  world: World,
  read: (env: World["env"]) => Inputs,
  own: Own,
): Beginning<Inputs> & Own {
  let inputs: Inputs | undefined;
  const known: Beginning<Inputs> = {
    now: world.now(),
    // Read only if the run ends before all of them could be read.
    get inputs() {
      inputs ??= read(world.env);
      return inputs;
    },
    set inputs(all) {
      inputs = all;
    },
    access() {
      const { token = "", offline } = this.inputs;
      return { token, offline };
    },
  };
  return Object.assign(known, own);
}
