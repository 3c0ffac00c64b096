import type { RatioLimits } from "./line.ts";

/**
 * The gate's own share should be at most a fifth of the floor: what checking every byte and bare Trivy take (floor.ts).
 */
const GOAL = 1.2;

/**
 * Alongside bare Trivy on the same input, in time, as a user compares them on two cores.
 * @param cpu what is held today
 */
export function ofTrivy(wall: number, cpu: number): RatioLimits {
  return { cpu, wall };
}

/** @param cpu the limit of today, if it is above the goal. docs/evidence/performance.md says where the rest goes */
export function ofFloor(cpu: number = GOAL): RatioLimits {
  return { cpu, goal: GOAL };
}
