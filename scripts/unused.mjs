// Replaces packages in the server's bundle that a dependency imports but never calls (vite.config.ts).
export {};
