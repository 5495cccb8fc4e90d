/** How long the run takes: about three and a half minutes, or some 40 seconds with `--quick`. */
export type Plan = Readonly<{
  /** How many turns subject and floor take. */
  rounds: number;
  seconds: number;
  warmUpSeconds: number;
  starts: number;
  /** Seconds without requests before memory is read. */
  idleSeconds: number;
}>;

export const fullPlan: Plan = { rounds: 3, seconds: 5, warmUpSeconds: 3, starts: 5, idleSeconds: 3 };
export const quickPlan: Plan = { rounds: 2, seconds: 1.2, warmUpSeconds: 1, starts: 1, idleSeconds: 1 };

/** Few, because the load generator uses the same cores as the server. */
export const connections = 4;
/** Enough that a hash is always waiting. */
export const signInConnections = 8;
export const pageRate = 40;
