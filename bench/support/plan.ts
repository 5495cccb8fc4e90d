/** How long everything takes: about three and a half minutes, or with `--quick` some 40 seconds. */
export type Plan = Readonly<{
  /** Subject and floor take turns so many times. */
  rounds: number;
  seconds: number;
  warmUpSeconds: number;
  starts: number;
  /** Quiet seconds before memory is read. */
  idleSeconds: number;
}>;

export const fullPlan: Plan = { rounds: 3, seconds: 5, warmUpSeconds: 3, starts: 5, idleSeconds: 3 };
export const quickPlan: Plan = { rounds: 2, seconds: 1.2, warmUpSeconds: 1, starts: 1, idleSeconds: 1 };

/** Few: the load generator shares the cores with what it measures. */
export const connections = 4;
/** Enough that a hash is always waiting. */
export const signInConnections = 8;
export const pageRate = 40;
