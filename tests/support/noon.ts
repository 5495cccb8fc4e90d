/**
 * Sets the time zone in which it is about noon now. Whoever runs tests in it sees no midnight come between two of their
 * looks at "today", whenever they start: neither the tests, nor the servers and browsers that they start.
 */
export function runAtNoon(): void {
  // The processes of a run read the configuration again; an hour later it would be another zone.
  if (process.env.HOLDFAST_TESTS_AT_NOON) return;
  const hoursAhead = 12 - new Date().getUTCHours();
  // The names count the other way round: Etc/GMT-3 is three hours ahead of Greenwich.
  process.env.TZ = `Etc/GMT${hoursAhead > 0 ? "-" : "+"}${Math.abs(hoursAhead)}`;
  process.env.HOLDFAST_TESTS_AT_NOON = "yes";
}
