/** Ends the process with a clear message if this version of Node is not supported. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const fits = major === 20 ? minor >= 19 : major === 22 ? minor >= 12 : major > 22;
  if (fits) return;
  console.error(`Holdfast needs Node 20.19 or later, or 22.12 or later; this is Node ${process.versions.node}.`);
  process.exit(1);
}
