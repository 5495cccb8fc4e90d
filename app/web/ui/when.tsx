import type { Said } from "~/core/time/words";

type WhenProps = { at: Said; title?: string; className?: string };

/** A moment or a day: words for people, and the exact time for programs. `app/core/time` makes the words. */
export const When = ({ at, ...rest }: WhenProps) => (
  <time dateTime={at.iso} {...rest}>
    {at.words}
  </time>
);
