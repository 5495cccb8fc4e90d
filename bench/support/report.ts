/** The output of a run. Figures are printed as they come; verdicts are collected for the end. */

type Verdict = Readonly<{ what: string; figure: string; reach: string; met: boolean; decides: boolean }>;

const verdicts: Verdict[] = [];

export function heading(text: string): void {
  console.log(`\n${text}`);
}

export function line(text: string): void {
  console.log(`  ${text}`);
}

const columns = (cells: readonly string[]) =>
  cells.map((cell, index) => (index === 0 ? cell.padEnd(34) : cell.padStart(12))).join("");

export function tableHead(...cells: string[]): void {
  line(columns(cells));
}

export function row(name: string, ...cells: string[]): void {
  line(columns([name, ...cells]));
}

/**
 * Records whether a figure is within its limit.
 *
 * @param decides - false for anything timed, so that a noisy machine does not fail the run
 */
export function verdict(what: string, figure: string, reach: string, met: boolean, decides = false): void {
  verdicts.push({ what, figure, reach, met, decides });
  line(`→ ${what}: ${figure} (reach ${reach}) ${met ? "ok" : "OUT OF REACH"}`);
}

/**
 * Prints all verdicts once more.
 *
 * @returns whether all deciding verdicts were met
 */
export function summary(): boolean {
  heading("Verdicts");
  for (const { what, figure, reach, met } of verdicts)
    row(`${met ? "ok  " : "OUT "} ${what}`.padEnd(52), figure, reach);
  return verdicts.every(({ met, decides }) => met || !decides);
}

export const ms = (value: number) => `${value.toFixed(value < 10 ? 2 : 1)} ms`;
export const mb = (value: number) => `${value.toFixed(1)} MB`;
export const kb = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
export const rate = (value: number) => `${value.toFixed(value < 1000 ? 1 : 0)}/s`;
