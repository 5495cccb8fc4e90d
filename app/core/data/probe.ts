/** Checks whether one kind of database can be written. */
export interface Probe {
  /**
   * Runs the check once.
   *
   * @param thorough - whether to write more, to find out whether a disk that was full has room again
   * @throws the driver's error
   */
  check(thorough: boolean): Promise<void>;
  /** Closes the connection. */
  drop(): void;
}
