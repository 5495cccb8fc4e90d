/** What accounts have on `/api`, in its own dialect and in the second one. */
export { accountOperations } from "./account-operations.server";
export { signInForTokenOperation, v1AccountOperations } from "./v1-operations.server";
