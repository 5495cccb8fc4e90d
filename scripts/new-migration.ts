// Writes the next migration for both databases from the current prisma/schema.prisma.
import path from "node:path";
import { committedState, missingSql, writeNextMigration, writeSnapshot } from "./migration-tools";

const words = process.argv.slice(2).filter((word) => word !== "--");
const slug = words
  .join(" ")
  .toLowerCase()
  .replace(/[^a-z0-9]+/g, "_")
  .replace(/^_+|_+$/g, "");

const usage = `Usage: npm run db:migration -- <what it does>, for example: npm run db:migration -- add due time
       npm run db:migration -- --reseal, after editing a migration that no database has had yet`;

if (words[0] === "--reseal") {
  const state = committedState();
  if ((await missingSql("sqlite", state)) !== undefined || (await missingSql("postgresql", state)) !== undefined)
    throw new Error("The schema has changes that no migration makes; write one first.");
  console.log(path.relative(process.cwd(), writeSnapshot(state)));
} else if (slug === "") {
  console.error(usage);
  process.exitCode = 2;
} else {
  const written = await writeNextMigration(committedState(), slug);
  if (written.length === 0) {
    console.log("Nothing to do: the schema and the migrations agree.");
  } else {
    for (const file of written) console.log(path.relative(process.cwd(), file));
    console.log("Read them before committing: a renamed column, for one, looks like a dropped and an added one.");
  }
}
