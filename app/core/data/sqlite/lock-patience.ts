/** How long a statement waits for a lock that another program or thread holds on SQLite, in milliseconds. */
export const lockPatienceMs = 5_000;
