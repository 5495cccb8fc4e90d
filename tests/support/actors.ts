import { randomUUID } from "node:crypto";
import {
  apiSession,
  pageSession,
  personalToken,
  type ApiSession,
  type PageSession,
  type PersonalToken,
} from "~/core/actor";
import type { Scope } from "~/core/scopes";

/** Actors that no database knows, one of each kind, where a test is not about accounts. Those of `people.ts` have rows. */

const somebody = () => ({ userId: randomUUID(), accessVersion: 0 });

export const aPageSession = (): PageSession => pageSession({ ...somebody(), sessionId: randomUUID() });

export const anApiSession = (): ApiSession => apiSession({ ...somebody(), sessionId: randomUUID() });

export const aPersonalToken = (...scopes: Scope[]): PersonalToken =>
  personalToken({ ...somebody(), tokenId: randomUUID() }, scopes);
