/** What the frame of a page says about the last action. */
export type Message = Readonly<{
  text: string;
  /** A link to the action's result, if this page does not show it. */
  link?: Readonly<{ to: string; label: string }>;
}>;
