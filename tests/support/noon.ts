/**
 * Sets the time zone in which it is now about noon. So midnight never passes between two checks of "today", in the
 * tests or in the servers and browsers that they start.
 */
export function runAtNoon(): void {
  // The processes of a run read the configuration again. An hour later the zone would differ.
  if (process.env.HOLDFAST_TESTS_AT_NOON) return;
  const hoursAhead = 12 - new Date().getUTCHours();
  // The sign is inverted in these names: Etc/GMT-3 is three hours ahead of Greenwich.
  process.env.TZ = `Etc/GMT${hoursAhead > 0 ? "-" : "+"}${Math.abs(hoursAhead)}`;
  process.env.HOLDFAST_TESTS_AT_NOON = "yes";
}
