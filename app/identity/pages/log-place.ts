import { momentAt } from "~/core/time/moment";
import type { LogPlace } from "~/identity/domain/security-log/security-log.server";

/** Writes a place in the security log for an address: time and id of an event. */
export const placeToText = ({ at, id }: LogPlace): string => `${at.getTime()}-${id}`;

/** Reads a place from an address; undefined for anything else. */
export function placeFromText(text: string | null): LogPlace | undefined {
  const [, time, id] = /^(\d{1,14})-([\w-]{1,64})$/.exec(text ?? "") ?? [];
  return time && id ? { at: momentAt(Number(time)), id } : undefined;
}
