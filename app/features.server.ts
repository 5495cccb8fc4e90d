import type { Operation } from "~/api/operation.server";
import { serveOperations } from "~/api/routes.server";
import { identity } from "~/identity/feature.server";
import { accessEndings } from "~/services/access/ending-access.server";
import { auditWords } from "~/services/audit/audit.server";
import { exportParts, exportTables, holdings } from "~/services/export/export-part.server";
import type { Feature } from "~/services/feature";
import { mailKinds } from "~/services/mail/mail-kind.server";
import { remainders } from "~/services/upkeep/remains.server";
import { expiries } from "~/services/upkeep/upkeep.server";
import { tasks } from "~/tasks/feature.server";
import { identifyBy } from "~/web/guards.server";
import { settingsLinks } from "~/web/settings-links.server";

/** The features, in the order in which people see them. */
export const features: readonly Feature[] = [tasks, identity];

/**
 * Registers what each feature contributes with the services, which do not know the features. This is the only place
 * where features meet. Called first in every process, in the server and in the operator's commands.
 */
export function installFeatures(): void {
  accessEndings.install(features.flatMap(({ endsAccess }) => endsAccess));
  exportParts.install(features.flatMap((feature) => feature.exportParts));
  exportTables.install(features.flatMap((feature) => feature.exportTables));
  holdings.install(features.flatMap((feature) => feature.holdings));
  remainders.install(features.flatMap(({ removesRemains }) => removesRemains));
  expiries.install(features.flatMap(({ removesExpired }) => removesExpired));
  mailKinds.install(features.map(({ mail }) => mail));
  auditWords.install(features.map((feature) => feature.auditWords));
}

/** All operations of `/api`, in the order of its description. */
export async function apiOperations(): Promise<readonly Operation[]> {
  const [{ readDescription }, { taskOperations, todoOperations }, account] = await Promise.all([
    import("~/api/description/description.server"),
    import("~/tasks/api/operations.server"),
    import("~/identity/api/operations.server"),
  ]);
  const { accountOperations, signInForTokenOperation, v1AccountOperations } = account;
  return [
    ...[...taskOperations, ...accountOperations, readDescription],
    ...[...v1AccountOperations, ...todoOperations, signInForTokenOperation],
  ];
}

/**
 * Installs what a process needs to serve requests: how callers are identified, and the operations of `/api`. An
 * operator's command serves no requests and does not load this.
 */
export async function installSurfaces(): Promise<void> {
  const [{ identification }, { identitySettings }] = await Promise.all([
    import("~/identity/edge/identification.server"),
    import("~/identity/pages/settings/links.server"),
  ]);
  identifyBy(identification);
  settingsLinks.install([identitySettings]);
  serveOperations(await apiOperations());
}
