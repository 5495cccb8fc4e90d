// Fails if prisma/schema.prisma and the committed migrations of either database differ.
import { committedState, findDrift } from "./migration-tools";

const faults = await findDrift(committedState());
if (faults.length === 0) {
  console.log("The schema and the migrations of both databases are in step.");
} else {
  console.error(faults.join("\n"));
  console.error("Make the next migration with: npm run db:migration -- <what it does>");
  process.exitCode = 1;
}
