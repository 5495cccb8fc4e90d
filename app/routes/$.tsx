import { NotFound } from "~/domain/errors";
import { pageAction, pageLoader } from "~/http/page.server";

/** Every address that is none. As a route of its own it knows who is signed in, for the way back. */
const nowhere = () => Promise.reject(new NotFound("There is nothing at this address."));

export const loader = pageLoader<never>(nowhere);
export const action = pageAction(nowhere);

export default function Nowhere() {
  return null;
}
