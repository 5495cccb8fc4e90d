// Writes docs/settings.md, .env.example and the table of README.md from the table of settings.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { settingsFiles } from "./settings-files";

for (const [file, text] of Object.entries(await settingsFiles()))
  writeFileSync(path.resolve(import.meta.dirname, "..", file), text);
