import { emailInWords } from "~/core/email";
import type { AccountLine } from "~/identity/domain/lifecycle/operator.server";

/** Accounts as a table for a terminal. */
export function accountTable(accounts: readonly AccountLine[]): string {
  const head = ["Email", "Name", "Active", "Verified", "Two-step", "Created", "Last seen"];
  const lines = accounts.map((account) => [
    printable(emailInWords(account.email)),
    printable(account.name),
    yesNo(account.isActive),
    yesNo(account.isVerified),
    yesNo(account.hasSecondFactor),
    minute(account.createdAt),
    account.lastSeenAt ? minute(account.lastSeenAt) : "never",
  ]);
  const widths = head.map((word, column) => Math.max(word.length, ...lines.map((line) => line[column]?.length ?? 0)));
  return [head, ...lines]
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

const yesNo = (value: boolean) => (value ? "yes" : "no");

const minute = (at: Date) => `${at.toISOString().slice(0, 16).replace("T", " ")}Z`;

/** Removes characters that could control the terminal: people may type anything as their name. */
const printable = (text: string) => text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "\uFFFD");
