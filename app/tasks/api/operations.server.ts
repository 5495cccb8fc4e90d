/** The task operations of `/api`, in both dialects. */
export { taskOperations } from "./task-operations.server";
export { todoOperations } from "./todo-operations.server";
