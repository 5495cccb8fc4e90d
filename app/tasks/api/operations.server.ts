/** What tasks have on `/api`, in its own dialect and in the second one. */
export { taskOperations } from "./task-operations.server";
export { todoOperations } from "./todo-operations.server";
