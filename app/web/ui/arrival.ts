import { useEffect, useRef } from "react";

/**
 * For what takes the place of the form that asked for it: its heading takes over the focus, and comes into view.
 *
 * @returns the ref of that heading, which has `tabIndex={-1}`
 */
export function useArrival() {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return heading;
}
