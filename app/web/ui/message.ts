/** What the frame of a page says of the last action. */
export type Message = Readonly<{
  text: string;
  /** Where that can be seen, if it is not here. */
  link?: Readonly<{ to: string; label: string }>;
}>;
