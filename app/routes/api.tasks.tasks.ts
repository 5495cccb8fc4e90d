// "tasks" is neither a number nor a user: without this file the path would be taken for `/api/{user_id}/tasks`.
export { action, loader } from "./api.tasks.$id._index";
