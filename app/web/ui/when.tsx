import type { Said } from "~/core/time/words";

type WhenProps = { at: Said; title?: string; className?: string };

/** A moment or a day: words for people, and for programs the exact time. The words are made by `app/core/time`. */
export const When = ({ at, ...rest }: WhenProps) => (
  <time dateTime={at.iso} {...rest}>
    {at.words}
  </time>
);
