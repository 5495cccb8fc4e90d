/** A version of Node to test before a release, with an npm that people use with it. */
export interface NodeVersion {
  node: string;
  npm: string;
}

/** The oldest supported version, and the newest of each maintained line. README.md names them too. */
export const versions: readonly NodeVersion[] = [
  { node: "20.19.0", npm: "10.8.2" },
  { node: "22.23.3", npm: "10.9.9" },
  { node: "24.21.0", npm: "11.21.2" },
  { node: "26.12.1", npm: "12.2.1" },
];

/** The release line of a version: `22` of `22.23.3`. */
export const lineOf = (version: string): string => version.split(".", 1)[0] ?? "";
