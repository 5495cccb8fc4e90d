import { config, ConfigError } from "~/config.server";
import { closeDatabase, openDatabase } from "~/data/db.server";
import { setAccountActive } from "~/domain/accounts/operator.server";
import { DomainError } from "~/domain/errors";

/** The operator's command for accounts: `npm run user -- disable|enable <email>`. Works beside a running server. */

const usage = "Usage: npm run user -- disable|enable <email>";

async function run([command, email, ...rest]: string[]): Promise<number> {
  if ((command !== "disable" && command !== "enable") || !email || rest.length) {
    console.error(usage);
    return 2;
  }
  try {
    config();
    await openDatabase();
    await setAccountActive(email, command === "enable");
    console.log(`${email} is ${command}d.`);
    return 0;
  } catch (error) {
    const expected = error instanceof DomainError || error instanceof ConfigError;
    const reason = error instanceof Error ? error.message : String(error);
    console.error(expected ? reason : `The database did not answer as expected: ${reason.trim()}`);
    return 1;
  } finally {
    await closeDatabase();
  }
}

process.exitCode = await run(process.argv.slice(2));
