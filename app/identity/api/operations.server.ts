/** The account operations of `/api`, in both dialects. */
export { accountOperations } from "./account-operations.server";
export { signInForTokenOperation, v1AccountOperations } from "./v1-operations.server";
