declare module "async-exit-hook" {
  const exitHook: {
    /** Stops listening for an event of the process. */
    unhookEvent(event: string): void;
  };
  export default exitHook;
}
