import { useEffect, useRef } from "react";

/**
 * For content that replaces the form that requested it: moves the focus to the content's heading, which also scrolls it
 * into view.
 *
 * @returns the ref for that heading, which must have `tabIndex={-1}`
 */
export function useArrival() {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return heading;
}
