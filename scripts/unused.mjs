// Stands in the server's bundle for packages that are named in a dependency and never called (vite.config.ts).
export {};
