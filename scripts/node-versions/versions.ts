/** A version of Node that the program is run on before it is released, with an npm that people have beside it. */
export interface NodeVersion {
  node: string;
  npm: string;
}

/** The oldest that will do, and the newest of each line that is maintained; README.md names them too. */
export const versions: readonly NodeVersion[] = [
  { node: "20.19.0", npm: "10.8.2" },
  { node: "22.23.3", npm: "10.9.9" },
  { node: "24.21.0", npm: "11.21.2" },
  { node: "26.12.1", npm: "12.2.1" },
];

/** The line of a version: `22` of `22.23.3`. */
export const lineOf = (version: string): string => version.split(".", 1)[0] ?? "";
