/** One way to find out whether a database can be written, for one kind of it. */
export interface Probe {
  /**
   * Tries once.
   *
   * @param thorough - write more, so that a disk that was full has room for more than a line
   * @throws the driver's error
   */
  check(thorough: boolean): Promise<void>;
  /** Gives the connection up. */
  drop(): void;
}
